#include "conformance/simulated/simulated_testbed.hpp"

#include <utility>

namespace fullcone::conformance {
namespace {

// Few enough for a case to use them up.
constexpr std::size_t kHeardPeers = 32;
constexpr std::size_t kMuxStreams = 64;
constexpr std::size_t kMuxAfter = 4;

SubjectFacts make_facts() {
  Random random(0x636f6e65);
  const auto draw = [&] {
    Uuid id;
    for (auto& octet : id.octets) octet = static_cast<std::uint8_t>(random.next() >> 56);
    return id;
  };
  SubjectFacts facts;
  facts.user = draw();
  facts.second_user = draw();
  facts.heard_peers = kHeardPeers;
  facts.mux_streams = kMuxStreams;
  facts.mux_after = kMuxAfter;
  facts.credentials = socks5::Credentials{"app", "secret"};
  return facts;
}

}  // namespace

SimulatedTestbed::SimulatedTestbed(Side side, ClientMode mode) : side_(side), facts_(make_facts()) {
  facts_.mode = mode;
}

std::string SimulatedTestbed::subject() const {
  std::string name = "simulated " + std::string(to_string(side_));
  if (facts_.mode == ClientMode::mux) name += ", by mux";
  if (facts_.mode == ClientMode::automatic) name += ", by channels first and then by mux";
  return name;
}

std::unique_ptr<Testbed> SimulatedTestbed::another() {
  auto another = std::make_unique<SimulatedTestbed>(side_, facts_.mode);
  another->tune(tune_);
  another->set_link(link_);
  return another;
}

Network& SimulatedTestbed::begin(std::uint64_t seed) {
  network_.reset();
  network_ = make_network(seed);
  return *network_;
}

std::unique_ptr<Network> SimulatedTestbed::make_network(std::uint64_t seed) const {
  SimulatedNetwork::ServerSubject server;
  server.settings.egress = EgressPolicy();
  server.settings.limits.session.heard = kHeardPeers;
  server.settings.limits.mux.streams = kMuxStreams;
  server.users = {{"first", facts_.user}, {"second", *facts_.second_user}};
  SimulatedNetwork::ClientSubject client;
  client.settings.user = facts_.user;
  client.settings.credentials = {*facts_.credentials};
  // A case may leave CRUMFURS unanswered while it listens for silence.
  client.settings.limits.ready_retry = client.settings.limits.connect_timeout;
  client.settings.limits.mux_after = kMuxAfter;
  if (facts_.mode == ClientMode::automatic) client.settings.udp = UdpMode::automatic;
  if (facts_.mode == ClientMode::mux) {
    client.settings.udp = UdpMode::mux;
    client.settings.tcp = TcpMode::mux;
  }
  if (tune_) tune_(server.settings, client.settings);
  if (side_ == Side::server) return std::make_unique<SimulatedNetwork>(seed, server, link_);
  return std::make_unique<SimulatedNetwork>(seed, client, link_);
}

}  // namespace fullcone::conformance
