#include "bench/load/echo_peers.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace fullcone::load {
namespace {

constexpr int kLookMs = 50;  // how often it is asked whether it is over

}  // namespace

EchoPeers::EchoPeers(std::size_t count, bool merging) : ready_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (ready_ < 0) throw std::system_error(errno, std::generic_category(), "epoll");
  for (std::size_t i = 0; i < count; ++i) {
    const BatchSocket& socket = sockets_.emplace_back(IpAddress::v4(127, 0, 0, 1), merging);
    endpoints_.push_back(socket.local());
    epoll_event wanted{EPOLLIN, {.fd = socket.fd()}};
    ::epoll_ctl(ready_, EPOLL_CTL_ADD, socket.fd(), &wanted);
  }
  thread_ = std::thread([this] { run(); });
}

EchoPeers::~EchoPeers() {
  stop_ = true;
  thread_.join();
  ::close(ready_);
}

void EchoPeers::run() {
  ReceiveRoom room;
  std::array<epoll_event, 64> events;
  while (!stop_) {
    const int count = ::epoll_wait(ready_, events.data(), events.size(), kLookMs);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (!room.receive(fd).empty()) room.echo(fd);
    }
  }
}

}  // namespace fullcone::load
