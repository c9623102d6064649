#include "conformance/simulated/simulated_testbed.hpp"

#include <utility>

namespace fullcone::conformance {
namespace {

// Few enough for a case to use them up.
constexpr std::size_t kHeardPeers = 32;
constexpr std::size_t kMuxStreams = 64;

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
  facts.credentials = socks5::Credentials{"app", "secret"};
  return facts;
}

}  // namespace

SimulatedTestbed::SimulatedTestbed(Side side) : side_(side), facts_(make_facts()) {}

std::string SimulatedTestbed::subject() const {
  return "simulated " + std::string(to_string(side_));
}

std::unique_ptr<Testbed> SimulatedTestbed::another() {
  auto another = std::make_unique<SimulatedTestbed>(side_);
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
  if (tune_) tune_(server.settings, client.settings);
  if (side_ == Side::server) return std::make_unique<SimulatedNetwork>(seed, server, link_);
  return std::make_unique<SimulatedNetwork>(seed, client, link_);
}

}  // namespace fullcone::conformance
