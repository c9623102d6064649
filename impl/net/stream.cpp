#include "net/stream.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "net/connect_failure.hpp"
#include "net/socket_address.hpp"
#include "net/stream_pool.hpp"
#include "net/tcp_socket.hpp"

namespace fullcone {
namespace {

// A sink with more than the first in its queue holds its source back until the second is left.
constexpr std::size_t kHighWater = 262144;
constexpr std::size_t kLowWater = 65536;
// What is written at once rather than copied into the queue.
constexpr std::size_t kWrittenThrough = 16384;
// How long a clean close of one end of a relay waits without progress until our end is sent: the
// far end may be an app that pauses. And from then on until the far end's.
constexpr Duration kPatientFlushTime = 120s;
constexpr Duration kDrainTime = 3s;
// How often a stream that is to be cut looks whether all it wrote has arrived: nobody tells.
constexpr Duration kSentLook = 5ms;

}  // namespace

Stream::Stream(StreamPool& pool, Owner& owner, Id id, Connection connection)
    : pool_(pool),
      owner_(&owner),
      id_(id),
      fd_(connection.fd.get()),
      remote_(remote_endpoint(fd_)),
      socket_(pool.context()),
      transport_(std::move(connection.transport)),
      timer_(pool.context()) {
  boost::system::error_code unwatchable;
  socket_.assign(fd_, unwatchable);
  if (unwatchable) {
    unwatched_ = std::move(connection.fd);
  } else {
    connection.fd.release();
  }
}

Stream::~Stream() = default;

// ----- coming up

void Stream::connect(Duration time) {
  phase_ = Phase::connecting;
  start_timer(time);
  await_writable();
}

void Stream::shake_hands(Duration time) {
  phase_ = Phase::handshaking;
  start_timer(time);
  await_readable();
}

void Stream::start() { await_input(); }

void Stream::finish_connect() {
  if (const int error = take_error(fd_)) return fail_open(connect_failure(error));
  remote_ = remote_endpoint(fd_);
  phase_ = Phase::handshaking;
  advance_handshake();
}

void Stream::advance_handshake() {
  switch (transport_->handshake()) {
    case Transport::Status::wants_read:
      return await_readable();
    case Transport::Status::wants_write:
      return await_writable();
    case Transport::Status::done:
      phase_ = Phase::open;
      timer_.cancel();
      owner_->on_opened(*this);
      return await_input();
    case Transport::Status::ended:
    case Transport::Status::failed:
      failure_ = transport_->failure();
      return fail_open(ConnectFailure::tls);
  }
}

void Stream::fail_open(ConnectFailure why) {
  shut();
  owner_->on_open_failed(*this, why);
}

// ----- reading

// Many records make one fact; what the shared buffer has no room for has its turn later.
void Stream::read() {
  using Status = Transport::Status;
  const auto input = pool_.input();
  const auto [status, octets] = transport_->read(input);
  drained_ = status == Status::wants_read;
  if (octets != 0) owner_->on_bytes(*this, input.first(octets));
  if (phase_ != Phase::open) return;

  if (status == Status::failed || (broken_ && status != Status::done)) return lose();
  if (status == Status::ended) {
    input_ended_ = true;
    owner_->on_end_of_stream(*this);
    if (phase_ == Phase::open) await_error();
  } else if (status == Status::wants_write) {
    read_awaits_write_ = true;
    await_writable();
  } else {
    await_input();
  }
}

void Stream::resume() {
  paused_ = false;
  await_input();
}

void Stream::hold(bool held) {
  if (std::exchange(held_, held) && !held) await_input();
}

void Stream::feed(Stream& sink) {
  sink.source_ = weak_from_this();
  sink.patient_ = true;
}

// ----- writing

void Stream::write(ByteView head, ByteView payload) {
  if (phase_ != Phase::open || broken_ || end_wanted_) return;
  if (head.empty() && queue_.empty() && payload.size() >= kWrittenThrough) {
    payload = payload.subspan(write_through(payload));
  }
  queue_.append(head, pool_.spare());
  queue_.append(payload, pool_.spare());
  if (!std::exchange(to_be_flushed_, true)) pool_.flush_later(*this);
}

void Stream::end_output() {
  if (phase_ != Phase::open || std::exchange(end_wanted_, true)) return;
  if (!std::exchange(to_be_flushed_, true)) pool_.flush_later(*this);
}

std::size_t Stream::write_through(ByteView payload) {
  std::size_t written = 0;
  while (written < payload.size() && !blocked_ && !broken_) {
    const auto result = transport_->write(payload.subspan(written));
    written += result.octets;
    if (!took(result.status)) break;
  }
  unreported_ += written;
  return written;
}

void Stream::flush() {
  to_be_flushed_ = false;
  if (phase_ != Phase::open && phase_ != Phase::flushing) return;
  push_queue();
  if (phase_ == Phase::open) {
    report_written();
    regulate_source();
  }
  if (broken_) return read_rest();
  if (phase_ != Phase::flushing) return;
  if (cut_wanted_ && all_sent()) return begin_sending();
  if (end_sent_) return begin_draining();
  if (!may_linger()) close(CloseKind::abort);
}

// The core has forgotten a closed stream, so its queue counts towards a bound of its own.
bool Stream::may_linger() {
  if (lingering_ != 0) return true;
  lingering_ = queue_.size() + transport_->unsent();
  return pool_.take_lingering(lingering_);
}

void Stream::push_queue() {
  while (!all_sent() && !blocked_ && !broken_) {
    const std::size_t unsent = transport_->unsent();
    const auto result = transport_->write(queue_.view());
    queue_.consume(result.octets);
    unreported_ += result.octets;
    const bool moved = result.octets != 0 || transport_->unsent() < unsent;
    if (moved && phase_ == Phase::flushing) start_flush_timer();
    if (!took(result.status)) break;
  }
  if (queue_.empty()) queue_.give_back(pool_.spare());
  if (queue_.empty() && end_wanted_ && !cut_wanted_ && !end_sent_ && !blocked_ && !broken_) {
    end_sent_ = took(transport_->send_end());
  }
}

// The far end takes nothing any more, but what it sent before may still be there to be read.
void Stream::read_rest() {
  if (phase_ != Phase::open || input_ended_ || paused_) return lose();
  queue_.clear();
  regulate_source();
  drained_ = false;
  await_input();
}

// False: not now, and somebody will call flush() again, or never.
bool Stream::took(Transport::Status status) {
  if (status == Transport::Status::done) return true;
  if (status == Transport::Status::wants_write) {
    blocked_ = true;
    await_writable();
  } else {
    broken_ = true;
  }
  return false;
}

void Stream::report_written() {
  const std::size_t left = std::min(unreported_, transport_->unsent());
  const std::size_t octets = std::exchange(unreported_, left) - left;
  if (octets != 0) owner_->on_written(*this, octets);
}

void Stream::regulate_source() {
  const auto source = source_.lock();
  if (source == nullptr) return;
  if (queue_.size() > kHighWater) source->hold(true);
  if (queue_.size() <= kLowWater) source->hold(false);
}

// ----- the end

void Stream::close(CloseKind kind) {
  if (phase_ == Phase::closed) return;
  cut_wanted_ = kind == CloseKind::abort;
  if (broken_ || phase_ != Phase::open) return cut();
  if (cut_wanted_ && all_sent() && unacknowledged_octets(fd_) == 0) return cut();
  phase_ = Phase::flushing;
  end_wanted_ = true;
  pool_.keep_closing(*this);
  start_flush_timer();
  if (!std::exchange(to_be_flushed_, true)) pool_.flush_later(*this);
}

void Stream::hurry_close() {
  if (phase_ == Phase::flushing) start_flush_timer();
  if (phase_ == Phase::draining) start_timer(pool_.closing_time(kDrainTime));
  if (phase_ == Phase::sending) sent_by_ = std::min(sent_by_, Clock::now() + closing_time());
}

void Stream::start_flush_timer() { start_timer(closing_time()); }

Duration Stream::closing_time() const {
  return pool_.closing_time(patient_ ? kPatientFlushTime : pool_.flush_time());
}

// Unread input would make close() a reset, which destroys what the far end has not read yet.
void Stream::begin_draining() {
  phase_ = Phase::draining;
  ::shutdown(fd_, SHUT_WR);
  start_timer(pool_.closing_time(kDrainTime));
  discard_input();
}

void Stream::discard_input() {
  const auto input = pool_.input();
  const ssize_t count = ::recv(fd_, input.data(), input.size(), 0);
  if (count > 0) return read_later();
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return await_readable();
  shut();
}

// A reset now would destroy what the system has taken over and not sent yet.
void Stream::begin_sending() {
  phase_ = Phase::sending;
  unsent_ = unacknowledged_octets(fd_);
  sent_by_ = Clock::now() + closing_time();
  await_sent();
}

void Stream::await_sent() {
  const std::size_t left = unacknowledged_octets(fd_);
  if (std::exchange(unsent_, left) != left) sent_by_ = Clock::now() + closing_time();
  if (left == 0 || Clock::now() >= sent_by_) return cut();
  start_timer(kSentLook);
}

void Stream::cut() {
  transport_->prepare_abort();
  shut();
}

void Stream::lose() {
  const bool open = phase_ == Phase::open;
  shut();
  if (open) owner_->on_lost(*this);
}

Stream::Connection Stream::release() {
  Connection connection{unwatched_ ? std::move(unwatched_) : UniqueFd(socket_.release()),
                        std::move(transport_)};
  phase_ = Phase::closed;
  timer_.cancel();
  return connection;
}

void Stream::shut() {
  const auto self = shared_from_this();  // the pool may hold the last reference
  phase_ = Phase::closed;
  timer_.cancel();
  transport_.reset();
  boost::system::error_code ignored;
  socket_.close(ignored);
  unwatched_ = {};
  queue_.clear();
  pool_.give_back_lingering(std::exchange(lingering_, 0));
  pool_.forget_closing(*this);
}

}  // namespace fullcone
