#include "conformance/live/live_udp_port.hpp"

#include <poll.h>

#include <utility>

#include "conformance/live/sockets.hpp"

namespace fullcone::conformance {

struct LiveUdpPort::Socket : Pollable {
  Socket(UniqueFd bound, std::shared_ptr<std::vector<Datagram>> to)
      : socket(std::move(bound)), received(std::move(to)) {}

  int fd() const override { return socket.get(); }
  short wanted() const override { return POLLIN; }
  void on_ready() override {
    while (auto datagram = receive_datagram(socket)) {
      received->push_back({datagram->source, std::string(as_text(datagram->payload))});
    }
  }

  UniqueFd socket;
  std::shared_ptr<std::vector<Datagram>> received;
};

LiveUdpPort::LiveUdpPort(PollLoop& loop, std::vector<UniqueFd> fds)
    : received_(std::make_shared<std::vector<Datagram>>()) {
  for (UniqueFd& fd : fds) {
    sockets_.push_back(std::make_shared<Socket>(std::move(fd), received_));
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
    return send_datagram(each->socket, destination, payload);
  }
}

const std::vector<Datagram>& LiveUdpPort::received() const { return *received_; }

}  // namespace fullcone::conformance
