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

IpAddress LiveNetwork::fresh_address(Family family) {
  if (family == Family::ipv6) return kLoopback6;
  const std::uint32_t number = 0x400000 + next_address_++ % 0x800000;  // 127.64.0.0 and up
  return IpAddress::v4(127, static_cast<std::uint8_t>(number >> 16),
                       static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number));
}

// ----- remote peers

std::unique_ptr<UdpPort> LiveNetwork::open_peer(Family family) {
  return make_port(loop_, open_udp({fresh_address(family), 0}));
}

std::unique_ptr<UdpPort> LiveNetwork::open_peer_beside(const UdpPort& neighbour) {
  return make_port(loop_, open_udp({neighbour.endpoint().ip, 0}));
}

// "localhost" may be either address; who answers for it answers for both.
NamedPeer LiveNetwork::open_named_peer() {
  std::vector<UniqueFd> fds;
  fds.push_back(open_udp({kLoopback, 0}));
  UniqueFd v6 = open_udp({kLoopback6, local_endpoint(fds.front()).port});
  if (v6) fds.push_back(std::move(v6));
  return {"localhost", std::make_unique<LiveUdpPort>(loop_, std::move(fds))};
}

std::unique_ptr<Target> LiveNetwork::open_target(Family family) {
  UniqueFd listener = listen_tcp({fresh_address(family), 0});
  if (!listener) return nullptr;
  return std::make_unique<LiveTarget>(loop_, std::move(listener));
}

Endpoint LiveNetwork::refusing_endpoint() {
  refusing_.push_back(bind_tcp({fresh_address(Family::ipv4), 0}));
  return local_endpoint(refusing_.back());
}

// ----- the subject

std::unique_ptr<Stream> LiveNetwork::connect_to_server() { no_use(); }
std::unique_ptr<Stream> LiveNetwork::accept_from_client() { no_use(); }
std::unique_ptr<Stream> LiveNetwork::connect_as_app() { no_use(); }
Endpoint LiveNetwork::local_port() const { no_use(); }
std::unique_ptr<UdpPort> LiveNetwork::open_app_port() { no_use(); }
std::unique_ptr<UdpPort> LiveNetwork::open_neighbour_port() { no_use(); }

}  // namespace fullcone::conformance
