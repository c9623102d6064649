#include "net/listener.hpp"

#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

namespace fullcone {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr int kBatch = 64;  // accepted in one turn
constexpr std::chrono::milliseconds kPause{200};

bool out_of_resources(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Listener::Listener(asio::io_context& context, UniqueFd fd, OnAccepted on_accepted)
    : socket_(context, fd.release()), pause_(context), on_accepted_(std::move(on_accepted)) {}

void Listener::close() {
  closed_ = true;
  error_code ignored;
  socket_.close(ignored);
  pause_.cancel();
}

void Listener::await_connection() {
  socket_.async_wait(asio::posix::descriptor_base::wait_read, [this](error_code aborted) {
    if (!aborted && !closed_) accept();
  });
}

void Listener::accept() {
  for (int i = 0; i < kBatch && !closed_; ++i) {
    UniqueFd fd(::accept4(socket_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      starved_ = false;
      on_accepted_(std::move(fd));
    } else if (out_of_resources(errno)) {
      if (!std::exchange(starved_, true)) {
        spdlog::warn("cannot accept a connection: {}", std::generic_category().message(errno));
      }
      return pause();
    } else if (errno == EAGAIN) {
      break;
    }  // else one connection that broke while it waited
  }
  if (!closed_) await_connection();
}

void Listener::pause() {
  pause_.expires_after(kPause);
  pause_.async_wait([this](error_code aborted) {
    if (!aborted && !closed_) accept();
  });
}

}  // namespace fullcone
