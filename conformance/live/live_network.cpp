#include "conformance/live/live_network.hpp"

#include <stdexcept>
#include <utility>

#include "base/random.hpp"
#include "conformance/live/live_stream.hpp"
#include "conformance/live/live_udp_port.hpp"
#include "conformance/live/sockets.hpp"
#include "conformance/live/tcp_timers.hpp"

namespace fullcone::conformance {
namespace {

const IpAddress kLoopback = IpAddress::v4(127, 0, 0, 1);
const IpAddress kLoopback6 = *IpAddress::parse("::1");

class LiveTarget : public Target {
 public:
  LiveTarget(PollLoop& loop, UniqueFd listener) : loop_(loop), listener_(std::move(listener)) {}

  Endpoint endpoint() const override { return local_endpoint(listener_); }
  std::unique_ptr<Stream> accept() override {
    UniqueFd fd = accept_tcp(listener_);
    if (!fd) return nullptr;
    return std::make_unique<LiveStream>(loop_, std::move(fd), nullptr, true);
  }

 private:
  PollLoop& loop_;
  UniqueFd listener_;
};

[[noreturn]] void no_use() { throw std::logic_error("not of this kind of subject"); }

std::unique_ptr<UdpPort> make_port(PollLoop& loop, UniqueFd fd) {
  if (!fd) return nullptr;
  std::vector<UniqueFd> fds;
  fds.push_back(std::move(fd));
  return std::make_unique<LiveUdpPort>(loop, std::move(fds));
}

}  // namespace

LiveNetwork::LiveNetwork(std::uint64_t seed, bool same_machine)
    : next_address_(static_cast<std::uint32_t>(Random(seed).below(0x7f0000))) {
  if (!same_machine) return;
  powers_.holds_port = udp_port_is_held;
  powers_.keepalive_timer = [](const Stream& stream) -> std::optional<Duration> {
    const auto& socket = dynamic_cast<const LiveStream&>(stream).socket();
    const auto subject = remote_endpoint(socket);
    if (!subject) return std::nullopt;
    return keepalive_due(*subject, local_endpoint(socket));
  };
}

void LiveNetwork::use_peer_addresses(std::vector<IpAddress> addresses) {
  peer_addresses_ = std::move(addresses);
}

std::optional<IpAddress> LiveNetwork::fresh_address(Family family) {
  for (std::size_t tries = 0; tries < peer_addresses_.size(); ++tries) {
    const IpAddress& next = peer_addresses_[next_address_++ % peer_addresses_.size()];
    if (next.family() == family) return next;
  }
  if (!peer_addresses_.empty()) return std::nullopt;
  if (family == Family::ipv6) return kLoopback6;
  const std::uint32_t number = 0x400000 + next_address_++ % 0x800000;  // 127.64.0.0 and up
  return IpAddress::v4(127, static_cast<std::uint8_t>(number >> 16),
                       static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number));
}

// ----- remote peers

std::unique_ptr<UdpPort> LiveNetwork::open_peer(Family family) {
  const auto ip = fresh_address(family);
  if (!ip) return nullptr;
  return make_port(loop_, open_peer_socket({*ip, 0}));
}

std::unique_ptr<UdpPort> LiveNetwork::open_peer_beside(const UdpPort& neighbour) {
  return make_port(loop_, open_peer_socket({neighbour.endpoint().ip, 0}));
}

UniqueFd LiveNetwork::open_peer_socket(const Endpoint& local) { return open_udp(local); }

// "localhost" may be either address; who answers for it answers for both.
NamedPeer LiveNetwork::open_named_peer() {
  if (!peer_addresses_.empty()) return {};
  std::vector<UniqueFd> fds;
  fds.push_back(open_udp({kLoopback, 0}));
  UniqueFd v6 = open_udp({kLoopback6, local_endpoint(fds.front()).port});
  if (v6) fds.push_back(std::move(v6));
  return {"localhost", std::make_unique<LiveUdpPort>(loop_, std::move(fds))};
}

std::unique_ptr<Target> LiveNetwork::open_target(Family family) {
  const auto ip = fresh_address(family);
  UniqueFd listener = ip ? listen_tcp({*ip, 0}) : UniqueFd();
  if (!listener) return nullptr;
  return std::make_unique<LiveTarget>(loop_, std::move(listener));
}

Endpoint LiveNetwork::refusing_endpoint() {
  refusing_.push_back(bind_tcp({fresh_address(Family::ipv4).value(), 0}));
  return local_endpoint(refusing_.back());
}

// ----- the subject

std::unique_ptr<Stream> LiveNetwork::connect_to_server() { no_use(); }
std::unique_ptr<Stream> LiveNetwork::accept_from_client() { no_use(); }
std::unique_ptr<Stream> LiveNetwork::connect_as_app() { no_use(); }
Endpoint LiveNetwork::local_port() const { no_use(); }
std::unique_ptr<UdpPort> LiveNetwork::open_app_port() { no_use(); }
std::unique_ptr<UdpPort> LiveNetwork::open_neighbour_port() { no_use(); }
std::unique_ptr<UdpPort> LiveNetwork::open_internal(std::size_t) { no_use(); }
std::unique_ptr<UdpPort> LiveNetwork::open_internal_twin(const UdpPort&) { no_use(); }

}  // namespace fullcone::conformance
