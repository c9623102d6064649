#include "net/tcp_socket.hpp"

#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "net/socket_address.hpp"

namespace fullcone {
namespace {

constexpr int kUnsentLimit = 128 * 1024;

UniqueFd open_tcp(Family family) {
  return UniqueFd(::socket(address_family(family), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

void set(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof value);  // a wish: what is not granted is default
}

void require(bool done, const Endpoint& address) {
  if (done) return;
  throw std::runtime_error("cannot listen on " + address.to_string() + ": " +
                           std::generic_category().message(errno));
}

UniqueFd bind_tcp(const Endpoint& address, bool shared) {
  UniqueFd fd = open_tcp(address.family());
  require(static_cast<bool>(fd), address);
  set(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (shared) set(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1);
  if (address.family() == Family::ipv6) set(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
  const SocketAddress name(address);
  require(::bind(fd.get(), name.data(), name.size()) == 0, address);
  return fd;
}

int milliseconds(std::chrono::seconds time) {
  return static_cast<int>(std::chrono::milliseconds(time).count());
}

}  // namespace

std::vector<UniqueFd> listen_tcp(Endpoint address, unsigned count) {
  const bool shared = count > 1;
  // SO_REUSEPORT would join another process of this user in silence; without it the bind fails.
  if (shared && address.port != 0) bind_tcp(address, false);
  std::vector<UniqueFd> listening;
  for (unsigned i = 0; i < count; ++i) {
    UniqueFd fd = bind_tcp(address, shared);
    require(::listen(fd.get(), SOMAXCONN) == 0, address);
    address.port = local_endpoint(fd.get()).port;
    listening.push_back(std::move(fd));
  }
  return listening;
}

UniqueFd begin_connect(const Endpoint& address) {
  UniqueFd fd = open_tcp(address.family());
  if (!fd) return fd;
  set_no_delay(fd.get());
  const SocketAddress name(address);
  if (::connect(fd.get(), name.data(), name.size()) != 0 && errno != EINPROGRESS) {
    const int why = errno;
    fd = {};
    errno = why;
  }
  return fd;
}

int take_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

void set_no_delay(int fd) { set(fd, IPPROTO_TCP, TCP_NODELAY, 1); }

void set_keep_alive(int fd, const KeepAlive& keep_alive) {
  set_patient_keep_alive(fd, keep_alive);
  set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, milliseconds(keep_alive.dead_after()));
}

void set_patient_keep_alive(int fd, const KeepAlive& keep_alive) {
  set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(fd, IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(keep_alive.idle.count()));
  set(fd, IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(keep_alive.interval.count()));
  set(fd, IPPROTO_TCP, TCP_KEEPCNT, keep_alive.probes);
  set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 0);
}

void set_short_send_queue(int fd) { set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kUnsentLimit); }

std::size_t unacknowledged_octets(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
  int octets = 0;
  if (info.tcpi_state == TCP_CLOSE || ::ioctl(fd, SIOCOUTQ, &octets) != 0) return 0;
  return static_cast<std::size_t>(octets);
}

void set_reset_on_close(int fd) {
  const linger at_once{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace fullcone
