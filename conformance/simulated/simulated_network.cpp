#include "conformance/simulated/simulated_network.hpp"

#include <optional>
#include <utility>

#include "conformance/bed/wiretap.hpp"

namespace fullcone::conformance {
namespace {

class SimulatedStream : public Stream {
 public:
  // `owner`: whom `raw` lives with, where that is not the world.
  explicit SimulatedStream(sim::RawStream& raw, std::shared_ptr<void> owner = {})
      : owner_(std::move(owner)), raw_(raw) {}
  ~SimulatedStream() override {
    if (!given_up_) raw_.cut();
  }

  void send(ByteView bytes) override { raw_.send(bytes); }
  void end() override { raw_.half_close(); }
  void close() override {
    given_up_ = true;
    raw_.close_clean();
  }
  void cut() override {
    given_up_ = true;
    raw_.cut();
  }
  void pause_reading(bool paused) override {
    paused ? raw_.pause_reading() : raw_.resume_reading();
  }
  ByteView received() const override { return raw_.received(); }
  State state() const override {
    switch (raw_.state()) {
      case sim::RawStream::State::connecting:
        return given_up_ ? State::lost : State::opening;
      case sim::RawStream::State::open:
        return given_up_ ? State::lost : State::open;
      case sim::RawStream::State::ended:
        return State::ended;
      case sim::RawStream::State::lost:
      case sim::RawStream::State::failed:
        break;
    }
    return State::lost;
  }
  sim::RawStream& raw() { return raw_; }

 private:
  std::shared_ptr<void> owner_;
  sim::RawStream& raw_;
  bool given_up_ = false;
};

class SimulatedUdpPort : public UdpPort {
 public:
  // `owner`: whom `peer` lives with, where that is not the world.
  explicit SimulatedUdpPort(sim::Peer& peer, std::shared_ptr<void> owner = {})
      : owner_(std::move(owner)), peer_(peer) {}
  ~SimulatedUdpPort() override { peer_.close(); }

  Endpoint endpoint() const override { return peer_.endpoint(); }
  void send_to(const Endpoint& destination, ByteView payload) override {
    peer_.send_to(destination, payload);
  }
  const std::vector<Datagram>& received() const override {
    while (received_.size() < peer_.received().size()) {
      const auto& datagram = peer_.received()[received_.size()];
      received_.push_back({datagram.source, std::string(as_text(datagram.payload))});
    }
    return received_;
  }
  sim::Peer& peer() const { return peer_; }

 private:
  std::shared_ptr<void> owner_;
  sim::Peer& peer_;
  mutable std::vector<Datagram> received_;
};

class SimulatedTarget : public Target {
 public:
  SimulatedTarget(sim::Network& network, const Endpoint& endpoint)
      : listener_(std::make_shared<sim::RawListener>(network, endpoint)) {}

  Endpoint endpoint() const override { return listener_->endpoint(); }
  std::unique_ptr<Stream> accept() override {
    sim::RawStream* const raw = listener_->accept();
    if (raw == nullptr) return nullptr;
    return std::make_unique<SimulatedStream>(*raw, listener_);
  }

 private:
  std::shared_ptr<sim::RawListener> listener_;  // shared with the streams that it owns
};

// What would be seen on a wire; a datagram once more behind a NAT. Of a stream, what its ends
// notice.
std::optional<Passed> passed_of(const sim::TraceRecord& record) {
  using Kind = Passed::Kind;
  const Passed passed{record.at, Kind::datagram, record.from, record.to, record.payload.octets};
  const auto as = [&](Kind kind) {
    Passed changed = passed;
    changed.kind = kind;
    return changed;
  };
  switch (record.kind) {
    case sim::TraceKind::datagram_sent:
    case sim::TraceKind::datagram_translated:
      return passed;
    case sim::TraceKind::stream_accepted:
      return as(Kind::connected);
    case sim::TraceKind::stream_bytes:
      return as(Kind::octets);
    case sim::TraceKind::stream_ended:
      return as(Kind::ended);
    case sim::TraceKind::stream_lost:  // as its other end made it
      return Passed{record.at, Kind::reset, record.to, record.from};
    default:
      return std::nullopt;
  }
}

constexpr std::uint16_t kTargetPort = 80;
constexpr std::size_t kInternalHosts = 2;

}  // namespace

SimulatedNetwork::SimulatedNetwork(std::uint64_t seed) : world_(seed, {.judged = false}) {
  powers_.set_name = [this](const std::string& name, const std::vector<IpAddress>& addresses) {
    world_.zone().set(name, addresses);
  };
  powers_.fall_silent = [](Stream& stream) {
    dynamic_cast<SimulatedStream&>(stream).raw().end().link().fall_silent();
  };
  powers_.holds_port = [this](const Endpoint& port) { return world_.network().bound(port); };
}

SimulatedNetwork::SimulatedNetwork(std::uint64_t seed, const ServerSubject& subject,
                                   const sim::LinkSettings& link)
    : SimulatedNetwork(seed) {
  server_ = &world_.server(subject.settings, subject.users, link);
}

SimulatedNetwork::SimulatedNetwork(std::uint64_t seed, const ClientSubject& subject,
                                   const sim::LinkSettings& link)
    : SimulatedNetwork(seed) {
  fake_server_ = &world_.fake_server();
  client_ = &world_.client_against(*fake_server_, subject.settings, link);
}

SimulatedNetwork::SimulatedNetwork(std::uint64_t seed, const PairSubject& subject)
    : SimulatedNetwork(seed, subject.server) {
  client_ = &world_.client({}, subject.client, server_);
}

SimulatedNetwork::SimulatedNetwork(std::uint64_t seed, const NatSubject& subject)
    : SimulatedNetwork(seed) {
  nat_ = &world_.nat(subject.behaviour, nullptr, subject.external_addresses);
  for (std::size_t i = 0; i < kInternalHosts; ++i) {
    internal_hosts_.push_back(world_.peer(*nat_).endpoint().ip);
  }
}

bool SimulatedNetwork::run_until(const std::function<bool()>& done, Duration limit) {
  return world_.run_until(done, limit);
}

void SimulatedNetwork::tap(Wiretap* wiretap) {
  wiretap_ = wiretap;
  if (wiretap == nullptr || std::exchange(watched_, true)) return;
  world_.trace().watch([this](const sim::TraceRecord& record) {
    if (wiretap_ == nullptr) return;
    if (const auto passed = passed_of(record)) wiretap_->decrypted(*passed);
  });
}

// ----- remote peers

std::unique_ptr<UdpPort> SimulatedNetwork::open_peer(Family family) {
  return std::make_unique<SimulatedUdpPort>(world_.peer(family));
}

std::unique_ptr<UdpPort> SimulatedNetwork::open_peer_beside(const UdpPort& neighbour) {
  const auto& peer = dynamic_cast<const SimulatedUdpPort&>(neighbour).peer();
  return std::make_unique<SimulatedUdpPort>(world_.peer_beside(peer));
}

NamedPeer SimulatedNetwork::open_named_peer() {
  sim::Peer& peer = world_.peer();
  std::string name = "Peer" + std::to_string(++names_given_) + ".example";
  world_.zone().set(name, {peer.endpoint().ip});
  return {std::move(name), std::make_unique<SimulatedUdpPort>(peer)};
}

std::unique_ptr<Target> SimulatedNetwork::open_target(Family family) {
  const IpAddress ip = world_.peer(family).endpoint().ip;  // a fresh host
  return std::make_unique<SimulatedTarget>(world_.network(), Endpoint{ip, kTargetPort});
}

Endpoint SimulatedNetwork::refusing_endpoint() {
  return {world_.peer().endpoint().ip, kTargetPort};
}

// ----- the subject

std::unique_ptr<Stream> SimulatedNetwork::connect_to_server() {
  return std::make_unique<SimulatedStream>(world_.connect_to_server(*server_));
}

std::unique_ptr<Stream> SimulatedNetwork::accept_from_client() {
  sim::RawStream* const raw = fake_server_->accept();
  if (raw == nullptr) return nullptr;
  return std::make_unique<SimulatedStream>(*raw);
}

std::unique_ptr<Stream> SimulatedNetwork::connect_as_app() {
  return std::make_unique<SimulatedStream>(world_.connect_to_client(*client_));
}

std::unique_ptr<UdpPort> SimulatedNetwork::open_app_port() {
  return std::make_unique<SimulatedUdpPort>(world_.socket_beside(*client_));
}

std::unique_ptr<UdpPort> SimulatedNetwork::open_neighbour_port() {
  return std::make_unique<SimulatedUdpPort>(
      world_.socket_beside(*client_, client_->new_neighbour()));
}

// ----- behind a NAT

std::unique_ptr<UdpPort> SimulatedNetwork::open_internal(std::size_t host) {
  return open_internal_at({internal_hosts_.at(host), next_internal_port_--});
}

std::unique_ptr<UdpPort> SimulatedNetwork::open_internal_twin(const UdpPort& other) {
  const Endpoint taken = other.endpoint();
  const bool at_first = taken.ip == internal_hosts_.front();
  return open_internal_at(
      {at_first ? internal_hosts_.back() : internal_hosts_.front(), taken.port});
}

std::unique_ptr<UdpPort> SimulatedNetwork::open_internal_at(const Endpoint& endpoint) {
  auto peer = std::make_shared<sim::Peer>(world_.network(), endpoint);
  return std::make_unique<SimulatedUdpPort>(*peer, peer);
}

}  // namespace fullcone::conformance
