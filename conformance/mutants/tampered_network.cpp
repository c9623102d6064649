#include "conformance/mutants/tampered_network.hpp"

#include <utility>

namespace fullcone::conformance {
namespace {

// An app's connection to the client's local port.
class TamperedAppStream : public Stream {
 public:
  TamperedAppStream(Tamper& tamper, std::unique_ptr<Stream> inner)
      : tamper_(tamper), inner_(std::move(inner)) {}

  void send(ByteView bytes) override { inner_->send(bytes); }
  void end() override { let_go(Ending::end); }
  void close() override { let_go(Ending::close); }
  void cut() override { let_go(Ending::cut); }
  void pause_reading(bool paused) override { inner_->pause_reading(paused); }
  ByteView received() const override {
    return tamper_.app_hears() ? inner_->received() : ByteView();
  }
  State state() const override { return inner_->state(); }

 private:
  void let_go(Ending how) {
    const Ending done = tamper_.on_app_ending(how);
    if (done == Ending::end) inner_->end();
    if (done == Ending::close) inner_->close();
    if (done == Ending::cut) inner_->cut();
  }

  Tamper& tamper_;
  std::unique_ptr<Stream> inner_;
};

}  // namespace

// ----- ports

TamperedPort::TamperedPort(TamperedNetwork& network, std::unique_ptr<UdpPort> inner, bool is_inside)
    : network_(network), inner_(std::move(inner)), is_inside_(is_inside) {
  network_.ports().push_back(this);
}

TamperedPort::~TamperedPort() { std::erase(network_.ports(), this); }

void TamperedPort::send_to(const Endpoint& destination, ByteView payload) {
  Endpoint to = destination;
  std::string text(as_text(payload));
  if (network_.tamper().on_sent(*this, to, text)) inner_->send_to(to, as_bytes(text));
}

void TamperedPort::pump() {
  while (pumped_ < inner_->received().size()) {
    Datagram datagram = inner_->received()[pumped_++];
    if (network_.tamper().on_received(*this, datagram)) deliver(datagram);
  }
}

// ----- the network

TamperedNetwork::TamperedNetwork(Network& inner, std::unique_ptr<Tamper> tamper)
    : inner_(inner), tamper_(std::move(tamper)), powers_(inner_.powers()) {
  tamper_->network = this;
  if (powers_.fall_silent) {
    powers_.fall_silent = [this](Stream& stream) {
      Stream* const below = dynamic_cast<Link&>(stream).inner();
      if (below != nullptr && tamper_->falls_silent()) inner_.powers().fall_silent(*below);
    };
  }
  if (powers_.keepalive_timer) {
    powers_.keepalive_timer = [this](const Stream& stream) {
      const Stream* const below = dynamic_cast<const Link&>(stream).inner();
      return below == nullptr ? std::nullopt : inner_.powers().keepalive_timer(*below);
    };
  }
}

std::unique_ptr<UdpPort> TamperedNetwork::tampered(std::unique_ptr<UdpPort> port, bool is_inside) {
  if (port == nullptr) return nullptr;
  return std::make_unique<TamperedPort>(*this, std::move(port), is_inside);
}

bool TamperedNetwork::run_until(const std::function<bool()>& done, Duration limit) {
  return inner_.run_until(
      [&] {
        pump();
        return done();
      },
      limit);
}

void TamperedNetwork::pump() {
  const auto ports = ports_;
  for (TamperedPort* const port : ports) port->pump();
  const auto links = links_;
  for (Link* const link : links) link->pump();
  tamper_->look();
}

std::unique_ptr<UdpPort> TamperedNetwork::open_peer(Family family) {
  return tampered(inner_.open_peer(family));
}

std::unique_ptr<UdpPort> TamperedNetwork::open_peer_beside(const UdpPort& neighbour) {
  const auto& below = dynamic_cast<const TamperedPort&>(neighbour).inner();
  return tampered(inner_.open_peer_beside(below));
}

NamedPeer TamperedNetwork::open_named_peer() {
  auto named = inner_.open_named_peer();
  return {named.name, tampered(std::move(named.port))};
}

std::unique_ptr<Stream> TamperedNetwork::connect_to_server() {
  return std::make_unique<Link>(*this, inner_.connect_to_server(), true);
}

std::unique_ptr<Stream> TamperedNetwork::accept_from_client() {
  if (!offered_.empty()) {
    auto link = std::move(offered_.front());
    offered_.erase(offered_.begin());
    return link;
  }
  auto stream = inner_.accept_from_client();
  if (stream == nullptr) return nullptr;
  auto link = std::make_unique<Link>(*this, std::move(stream), false);
  link->pump();  // what was there before it was asked for
  return link;
}

std::unique_ptr<Stream> TamperedNetwork::connect_as_app() {
  return std::make_unique<TamperedAppStream>(*tamper_, inner_.connect_as_app());
}

std::unique_ptr<UdpPort> TamperedNetwork::open_app_port() {
  return tampered(inner_.open_app_port(), true);
}

std::unique_ptr<UdpPort> TamperedNetwork::open_neighbour_port() {
  return tampered(inner_.open_neighbour_port());
}

std::unique_ptr<UdpPort> TamperedNetwork::open_internal(std::size_t host) {
  return tampered(inner_.open_internal(host), true);
}

std::unique_ptr<UdpPort> TamperedNetwork::open_internal_twin(const UdpPort& other) {
  const auto& below = dynamic_cast<const TamperedPort&>(other).inner();
  return tampered(inner_.open_internal_twin(below), true);
}

}  // namespace fullcone::conformance
