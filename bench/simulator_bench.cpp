// How fast the simulator is: events and virtual seconds per second of one core. The worlds are as a
// sweep runs them: the real core on both ends, faulty links, all judges, from the first host to
// "nothing is left". An event is one happening of the EventQueue.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "simulator/scenario.hpp"
#include "simulator/world.hpp"

namespace fullcone::sim {
namespace {

constexpr std::uint64_t kApps = 4;  // of one client, so of one user

class Chatter {
 public:
  Chatter(World& world, std::uint64_t peers)
      : world_(world), random_(world.random("chatter")), octets_(1200) {
    ServerSettings settings;
    settings.limits.session.mappings = 65536;  // one port for each pair of app and peer
    auto& server = world.server(settings, {world.new_user("user")});
    auto& client = world.client({.delay = 20ms, .jitter = 10ms, .loss = 0.01}, {}, &server);
    for (std::uint64_t i = 0; i < kApps; ++i) apps_.push_back(&client.open_udp());
    const LinkSettings link{
        .delay = 10ms, .jitter = 5ms, .loss = 0.01, .duplication = 0.01, .reordering = 0.01};
    for (std::uint64_t i = 0; i < peers; ++i) {
      peers_.push_back(&world.peer(Family::ipv4, link));
      peers_.back()->echo();
    }
  }

  // Apps write to peers, which echo, and peers write to ports of apps that they were not opened
  // for.
  void exchange(std::uint64_t datagrams) {
    for (std::uint64_t i = 0; i < datagrams; ++i) {
      const Peer& known = any_peer();
      if (random_.chance(0.3) && !known.received().empty()) {
        any_peer().send_to(known.last_source(), payload());
      } else {
        apps_[random_.below(kApps)]->send_to(known.endpoint(), payload());
      }
      world_.run_for(Duration(random_.below(2'000'000)));
    }
  }

 private:
  Peer& any_peer() { return *peers_[random_.below(peers_.size())]; }

  // A number of its own, so that the ledger knows whose it is, and any size that needs no fragment.
  ByteView payload() {
    std::uint64_t number = ++payloads_;
    for (std::size_t i = 0; i < 8; ++i, number >>= 8) {
      octets_[i] = static_cast<std::uint8_t>(number & 0xff);
    }
    return ByteView(octets_).first(8 + random_.below(octets_.size() - 8));
  }

  World& world_;
  Random random_;
  Bytes octets_;
  std::vector<UdpApp*> apps_;
  std::vector<Peer*> peers_;
  std::uint64_t payloads_ = 0;
};

struct Sums {
  std::uint64_t events = 0;
  Duration virtual_time{};

  void report(benchmark::State& state) const {
    state.counters["events/s"] =
        benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
    state.counters["virtual s/s"] = benchmark::Counter(
        std::chrono::duration<double>(virtual_time).count(), benchmark::Counter::kIsRate);
  }
};

// One user with 4 apps, and some peers; each iteration is another seed.
void chatter(benchmark::State& state) {
  const auto peers = static_cast<std::uint64_t>(state.range(0));
  const std::uint64_t datagrams = std::max<std::uint64_t>(10'000, 4 * peers);
  std::uint64_t seed = 0;
  Sums sums;
  for (auto _ : state) {
    World world(++seed);
    Chatter(world, peers).exchange(datagrams);
    world.finish();
    if (!world.findings().empty()) return state.SkipWithError("a judge found something");
    sums.events += world.events_happened();
    sums.virtual_time += world.now().time_since_epoch();
  }
  sums.report(state);
}
BENCHMARK(chatter)->ArgName("peers")->Arg(10)->Arg(50)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(
    benchmark::kMillisecond);

// A named scenario, seed after seed.
void story(benchmark::State& state, std::string_view name) {
  const auto found = std::ranges::find(scenarios(), name, &Scenario::name);
  if (found == scenarios().end()) return state.SkipWithError("no such scenario");
  std::uint64_t seed = 0;
  Sums sums;
  for (auto _ : state) {
    const Outcome outcome = run(*found, ++seed);
    if (!outcome.findings.empty()) state.SkipWithError("a judge found something");
    sums.events += outcome.events;
    sums.virtual_time += outcome.virtual_time;
  }
  sums.report(state);
}
BENCHMARK_CAPTURE(story, idle_timeout, "idle-mapping-expires")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(story, full_of_apps, "lossy-link-full-of-apps")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace fullcone::sim
