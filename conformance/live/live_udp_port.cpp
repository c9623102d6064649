#include "conformance/live/live_udp_port.hpp"

#include <poll.h>

#include <utility>

#include "conformance/live/sockets.hpp"

namespace fullcone::conformance {

struct LiveUdpPort::Socket : Pollable {
  Socket(const PollLoop& polled_by, UniqueFd bound, std::shared_ptr<std::vector<Datagram>> to)
      : loop(polled_by), socket(std::move(bound)), received(std::move(to)) {}

  int fd() const override { return socket.get(); }
  short wanted() const override { return POLLIN; }
  void on_ready() override {
    while (auto datagram = receive_datagram(socket)) {
      tell(datagram->source, local_endpoint(socket), datagram->payload);
      received->push_back({datagram->source, std::string(as_text(datagram->payload))});
    }
  }

  void tell(const Endpoint& from, const Endpoint& to, ByteView payload) const {
    if (loop.wiretap() == nullptr) return;
    const Passed passed{PollLoop::wall_clock(), Passed::Kind::datagram, from, to, payload};
    loop.wiretap()->decrypted(passed);
    loop.wiretap()->captured(passed);
  }

  const PollLoop& loop;
  UniqueFd socket;
  std::shared_ptr<std::vector<Datagram>> received;
};

LiveUdpPort::LiveUdpPort(PollLoop& loop, std::vector<UniqueFd> fds)
    : received_(std::make_shared<std::vector<Datagram>>()) {
  for (UniqueFd& fd : fds) {
    sockets_.push_back(std::make_shared<Socket>(loop, std::move(fd), received_));
    loop.add(sockets_.back());
  }
}

LiveUdpPort::~LiveUdpPort() {
  for (const auto& each : sockets_) each->socket.reset();
}

Endpoint LiveUdpPort::endpoint() const { return local_endpoint(sockets_.front()->socket); }

void LiveUdpPort::send_to(const Endpoint& destination, ByteView payload) {
  for (const auto& each : sockets_) {
    if (local_endpoint(each->socket).family() != destination.family()) continue;
    each->tell(local_endpoint(each->socket), destination, payload);
    return send_datagram(each->socket, destination, payload);
  }
}

const std::vector<Datagram>& LiveUdpPort::received() const { return *received_; }

}  // namespace fullcone::conformance
