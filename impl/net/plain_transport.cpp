#include "net/plain_transport.hpp"

#include <sys/socket.h>

#include <cerrno>

#include "net/tcp_socket.hpp"

namespace fullcone {
namespace {

Transport::Result failed(Transport::Status when_blocked) {
  const bool blocked = errno == EAGAIN || errno == EINTR;
  return {blocked ? when_blocked : Transport::Status::failed};
}

}  // namespace

Transport::Result PlainTransport::read(std::span<std::uint8_t> into) {
  const ssize_t count = ::recv(fd_, into.data(), into.size(), 0);
  if (count < 0) return failed(Status::wants_read);
  if (count == 0) return {Status::ended};
  const auto octets = static_cast<std::size_t>(count);
  return {octets < into.size() ? Status::wants_read : Status::done, octets};
}

Transport::Result PlainTransport::write(ByteView from) {
  const ssize_t count = ::send(fd_, from.data(), from.size(), MSG_NOSIGNAL);
  if (count < 0) return failed(Status::wants_write);
  return {Status::done, static_cast<std::size_t>(count)};
}

Transport::Status PlainTransport::send_end() {
  return ::shutdown(fd_, SHUT_WR) == 0 ? Status::done : Status::failed;
}

void PlainTransport::prepare_abort() { set_reset_on_close(fd_); }

}  // namespace fullcone
