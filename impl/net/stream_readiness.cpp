// Where a Stream waits: for its socket, for its time, or for its next turn. Each waiting handler
// keeps the stream alive and does nothing once the stream is closed.
#include <boost/asio/post.hpp>
#include <utility>

#include "net/stream.hpp"
#include "net/stream_pool.hpp"
#include "net/tcp_socket.hpp"

namespace fullcone {

namespace asio = boost::asio;
using asio::posix::descriptor_base;
using boost::system::error_code;

// Input if anybody wants it; else at least the news that the connection broke.
void Stream::await_input() {
  if (!may_read()) return await_error();
  if (drained_) return await_readable();
  read_later();
}

void Stream::await_readable() {
  if (std::exchange(awaiting_read_, true)) return;
  socket_.async_wait(descriptor_base::wait_read, [self = shared_from_this()](error_code error) {
    self->awaiting_read_ = false;
    if (self->phase_ != Phase::closed) error ? self->on_unwatchable() : self->on_readable();
  });
}

void Stream::read_later() {
  if (std::exchange(awaiting_read_, true)) return;
  asio::post(pool_.context(), [self = shared_from_this()] {
    self->awaiting_read_ = false;
    if (self->phase_ != Phase::closed) self->on_readable();
  });
}

void Stream::await_writable() {
  if (std::exchange(awaiting_write_, true)) return;
  socket_.async_wait(descriptor_base::wait_write, [self = shared_from_this()](error_code error) {
    self->awaiting_write_ = false;
    if (self->phase_ != Phase::closed) error ? self->on_unwatchable() : self->on_writable();
  });
}

void Stream::await_error() {
  if (phase_ != Phase::open || std::exchange(awaiting_error_, true)) return;
  socket_.async_wait(descriptor_base::wait_error, [self = shared_from_this()](error_code error) {
    if (self->phase_ == Phase::open) error ? self->on_unwatchable() : self->on_error_event();
  });
}

void Stream::start_timer(Duration time) {
  timer_.expires_after(time);
  timer_.async_wait([self = shared_from_this()](error_code aborted) {
    // A handler that was due already could not be cancelled: then the expiry is another's.
    const bool due = !aborted && self->timer_.expiry() <= asio::steady_timer::clock_type::now();
    if (due && self->phase_ != Phase::closed) self->on_time_out();
  });
}

void Stream::on_readable() {
  switch (phase_) {
    case Phase::handshaking:
      return advance_handshake();
    case Phase::open:
      return may_read() ? read() : await_error();
    case Phase::draining:
      return discard_input();
    case Phase::connecting:
    case Phase::flushing:
    case Phase::sending:
    case Phase::closed:
      return;
  }
}

void Stream::on_writable() {
  blocked_ = false;
  switch (phase_) {
    case Phase::connecting:
      return finish_connect();
    case Phase::handshaking:
      return advance_handshake();
    case Phase::open:
      if (std::exchange(read_awaits_write_, false)) await_input();
      return flush();
    case Phase::flushing:
      return flush();
    case Phase::draining:
    case Phase::sending:
    case Phase::closed:
      return;
  }
}

// Also when both directions have ended without an error: then reading says so. A reader finds the
// error behind the octets that came before it, as does one who is held back, in time. Not awaited
// again: it would be told at once.
void Stream::on_error_event() {
  const bool will_read = !paused_ && !input_ended_;
  if (!will_read && take_error(fd_) != 0) lose();
}

// Waiting is only cut short by closing, or refused by a system that is out of memory.
void Stream::on_unwatchable() {
  const bool opening = phase_ == Phase::connecting || phase_ == Phase::handshaking;
  opening ? fail_open(ConnectFailure::other) : lose();
}

void Stream::on_time_out() {
  switch (phase_) {
    case Phase::connecting:
    case Phase::handshaking:
      failure_ = "timed out";
      return fail_open(ConnectFailure::timed_out);
    case Phase::flushing:
      return cut();
    case Phase::sending:
      return await_sent();
    case Phase::draining:  // what the system has taken over it goes on sending
      return shut();
    case Phase::open:
    case Phase::closed:
      return;
  }
}

}  // namespace fullcone
