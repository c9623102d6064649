#include <array>

#include "simulator/life/draw.hpp"
#include "simulator/purpose_random.hpp"

namespace fullcone::sim {
namespace {

enum class Mux : std::uint8_t { in_some, in_all };  // lives

class Swarm {
 public:
  explicit Swarm(std::uint64_t seed)
      : random_(random_for(seed, "swarm")), mux_random_(random_for(seed, "mux of a swarm")) {}

  Features draw(Mux mux) {
    draw_cast();
    draw_deeds();
    draw_faults();
    draw_links();
    if (on(25)) tighten_server();
    if (on(25)) tighten_client();
    if (on(30)) draw_services();
    draw_readiness();
    if (mux == Mux::in_all || mux_random_.below(4) == 0) draw_mux();
    return features_;
  }

 private:
  bool on(unsigned percent) { return random_.below(100) < percent; }
  template <class Value, std::size_t count>
  Value one_of(const std::array<Value, count>& values) {
    return values[random_.below(count)];
  }

  void draw_cast();
  void draw_deeds();
  void draw_faults();
  void draw_links();
  void tighten_server();
  void tighten_client();
  void draw_services();
  void draw_readiness();
  void draw_mux();

  Random random_;
  Random mux_random_;  // of its own: lives without mux do not depend on it
  Features features_;
};

void Swarm::draw_cast() {
  features_.servers = on(15) ? 2 : 1;
  features_.users = static_cast<std::uint32_t>(on(50) ? random_.between(2, 4) : 1);
  features_.clients = one_of(std::array<std::size_t, 6>{1, 1, 2, 2, 3, 5});
  features_.apps = one_of(std::array<std::size_t, 6>{1, 2, 4, 6, 10, 20});
  features_.peers = one_of(std::array<std::size_t, 6>{1, 2, 3, 5, 9, 30});
  features_.steps = one_of(std::array<unsigned, 5>{20, 60, 150, 300, 600});
  features_.v0 = one_of(std::array<unsigned, 4>{0, 0, 10, 50});
  features_.own_port = one_of(std::array<unsigned, 4>{0, 25, 50, 100});
  features_.ipv6 = one_of(std::array<unsigned, 4>{0, 25, 50, 100});
  features_.beside = one_of(std::array<unsigned, 3>{0, 20, 60});
  if (on(35)) {
    features_.nats = random_.between(1, 3);
    features_.behind_nat = one_of(std::array<unsigned, 2>{40, 90});
    features_.weights.app_answers = 20;
  }
  features_.echo = one_of(std::array<unsigned, 4>{0, 30, 60, 100});
}

void Swarm::draw_deeds() {
  features_.most_pause = one_of(std::array<Duration, 4>{5ms, 50ms, 200ms, 2s});
  features_.long_pause = one_of(std::array<Duration, 4>{0s, 0s, 40s, 700s});
  features_.most_burst = one_of(std::array<unsigned, 4>{1, 5, 20, 80});
  features_.neighbours = on(30) ? 50 : 0;
  features_.by_name = one_of(std::array<unsigned, 4>{0, 0, 20, 80});
  features_.extremes = one_of(std::array<unsigned, 4>{0, 0, 5, 30});
  Weights& weights = features_.weights;
  if (on(30)) weights.app_answers = 20;
  if (on(20)) weights.peer_answers = 0;
  if (on(30)) weights.stranger_writes = 0;
  if (on(30)) weights.app_leaves = 0;
  if (on(20)) weights.app_opens = weights.app_leaves = 25;
  if (on(50)) weights.tcp = 0;
  if (on(20)) weights.nonsense = 3;
  if (on(15)) weights.stranger_sprays = 2;
  if (on(20)) features_.odd_manners = 50;
}

// A third of the lives know no fault but what the links do.
void Swarm::draw_faults() {
  Weights& weights = features_.weights;
  weights.stream_cut = weights.stream_silent = weights.stream_unread = 0;
  weights.client_trouble = weights.link_trouble = 0;
  if (on(33)) return;
  if (on(50)) weights.stream_cut = one_of(std::array<unsigned, 3>{1, 4, 12});
  if (on(30)) weights.stream_silent = 2;
  if (on(40)) weights.stream_unread = one_of(std::array<unsigned, 2>{2, 6});
  if (on(30)) weights.client_trouble = 1;
  if (on(30)) weights.server_trouble = 1;
  if (on(40)) weights.link_trouble = 2;
  if (on(20)) weights.nat_trouble = 2;
  if (on(20)) weights.ports_trouble = 2;
  if (on(20)) weights.name_trouble = 2;
  if (on(20)) weights.cut_off = 2;
  if (on(20)) weights.roams = 2;
}

void Swarm::draw_links() {
  constexpr std::array<double, 5> kShares = {0, 0, 0.02, 0.1, 0.3};
  for (LinkSettings* const link : {&features_.client_link, &features_.peer_link}) {
    link->delay = one_of(std::array<Duration, 4>{1ms, 10ms, 40ms, 150ms});
    link->jitter = one_of(std::array<Duration, 3>{0ms, 5ms, 50ms});
    link->loss = one_of(kShares);
    link->duplication = one_of(kShares);
    link->reordering = one_of(kShares);
    if (on(10)) link->mtu = 1280;
    if (on(20)) link->octets_per_second = one_of(std::array<std::uint64_t, 2>{20'000, 1'000'000});
  }
}

// Within reach of what a life does. Some of them make an app fail for good.
void Swarm::tighten_server() {
  SessionLimits& session = features_.server_limits.session;
  if (on(50)) session.channel_queue_bytes = 3000;
  if (on(50)) session.crumfurs_queue_bytes = 3000;
  if (on(50)) session.heard = 3;
  if (on(50)) session.grace = 2s;
  if (on(50)) session.mapping_idle = 120s;
  if (on(50)) session.mapping_inbound_only = 200s;
  if (on(50)) return;
  features_.heals_within = 0s;
  if (on(50)) session.channels = 4;
  if (on(50)) session.mappings = 4;
  if (on(50)) session.dialled = 4;
  if (on(30)) features_.server_limits.sessions_per_user = 2;
  if (on(30)) features_.server_limits.connections_per_user = 8;
}

void Swarm::tighten_client() {
  ClientLimits& limits = features_.client_limits;
  if (on(50)) limits.channels = 3;
  if (on(50)) limits.waiting_bytes = 3000;
  if (on(50)) limits.channel_queue_bytes = 3000;
  if (on(50)) limits.channel_idle = 40s;
}

// Questions, hole punching and floods.
void Swarm::draw_services() {
  Weights& weights = features_.weights;
  if (on(60)) weights.asks = one_of(std::array<unsigned, 2>{5, 30});
  if (on(60)) weights.meets = one_of(std::array<unsigned, 2>{3, 10});
  if (on(30)) weights.stranger_floods = 1;
}

// Connections that are dialled before they are needed, and servers that do not wait for long.
void Swarm::draw_readiness() {
  ClientLimits& limits = features_.client_limits;
  if (on(40)) limits.ready_connections = 0;
  if (on(20)) limits.ready_most = 2;
  if (on(20)) limits.ready_connections = limits.ready_most = 1;
  if (on(20)) features_.server_limits.header_timeout = one_of(std::array<Duration, 2>{1s, 5s});
  if (on(5)) features_.server_limits.unauthenticated_connections = 3;
}

// Connections that carry many streams, on links that are slow enough to make them wait.
void Swarm::draw_mux() {
  const auto on = [&](unsigned percent) { return mux_random_.below(100) < percent; };
  features_.mux = on(50) ? 100 : 60;
  features_.client_limits.mux_after = mux_random_.below(4);
  if (on(30)) features_.client_limits.mux_idle = 5s;
  if (on(60) && features_.weights.tcp == 0) features_.weights.tcp = 12;
  if (on(40)) features_.client_link.octets_per_second = on(50) ? 20'000 : 200'000;
  for (MuxLimits* const limits : {&features_.client_limits.mux, &features_.server_limits.mux}) {
    if (on(30)) limits->send_queue_bytes = 2'000;
    if (on(30)) limits->datagram_queue_bytes = 4'000;
  }
  if (on(20)) {
    features_.server_limits.mux.streams = 3;
    features_.heals_within = 0s;
  }
  if (on(20)) features_.server_limits.resolving_bytes = 2'000;
}

}  // namespace

Features draw_features(std::uint64_t seed) { return Swarm(seed).draw(Mux::in_some); }

Life draw_swarm(std::uint64_t seed) { return draw_life(seed, draw_features(seed)); }

Life draw_mux_swarm(std::uint64_t seed) { return draw_life(seed, Swarm(seed).draw(Mux::in_all)); }

}  // namespace fullcone::sim
