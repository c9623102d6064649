#include "conformance/live/live_stream.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <utility>

#include "conformance/live/sockets.hpp"

namespace fullcone::conformance {
namespace {

// Whoever closes waits this long for the other end to do so too; then the socket goes.
constexpr Duration kFarewell = 1s;

}  // namespace

SocketEnd::SocketEnd(const PollLoop& loop, UniqueFd fd, SslPtr ssl, bool connected)
    : fd_(std::move(fd)), tap_(loop, ssl != nullptr), connected_(connected) {
  if (!fd_) {
    lose("refused");
    return;
  }
  if (connected_) tap_.connected(fd_, false);
  transport_ = ssl ? tls_transport(fd_, std::move(ssl), tap_) : plain_transport(fd_);
  advance();
}

// ----- what its owner does

void SocketEnd::send(ByteView bytes) {
  if (!fd_ || end_wanted_ || bytes.empty()) return;
  queue_.push_back(to_bytes(bytes));
  advance();
}

void SocketEnd::end() {
  end_wanted_ = true;
  if (fd_) advance();
}

void SocketEnd::close() {
  leaving_ = true;
  paused_ = false;
  leaves_at_ = PollLoop::now() + kFarewell;
  end();
}

void SocketEnd::cut() {
  if (!fd_) return;
  tap_.reset(Heading::sent);
  reset_on_close(fd_);
  transport_.reset();
  fd_.reset();
}

// ----- what the loop does

int SocketEnd::fd() const { return leaving_ && PollLoop::now() > leaves_at_ ? -1 : fd_.get(); }

short SocketEnd::wanted() const {
  const bool writing = !connected_ || wants_write_;
  const bool reading = connected_ && !paused_ && state_ != Stream::State::ended;
  return static_cast<short>((writing ? POLLOUT : 0) | (reading ? POLLIN : 0));
}

void SocketEnd::on_ready() { advance(); }

void SocketEnd::advance() {
  if (!come_up()) return;
  write_queue();
  if (fd_) read_all();
  if (fd_ && leaving_ && state_ == Stream::State::ended) {
    transport_.reset();
    fd_.reset();
  }
}

bool SocketEnd::come_up() {
  if (state_ != Stream::State::opening) return true;
  if (!connected_) {
    if (!remote_endpoint(fd_)) {
      if (const int error = pending_error(fd_)) lose(std::strerror(error));
      return false;
    }
    connected_ = true;
    tap_.connected(fd_, true);
  }
  const Progress progress = transport_->handshake();
  wants_write_ = progress == Progress::want_write;
  if (progress == Progress::failed) {
    lose(transport_->failure());
    return false;
  }
  if (progress != Progress::done) return false;
  state_ = Stream::State::open;
  return true;
}

void SocketEnd::write_queue() {
  wants_write_ = false;
  while (!queue_.empty()) {
    std::size_t count = 0;
    const Progress progress = transport_->write(queue_.front(), count);
    if (progress == Progress::failed) {
      queue_.clear();
      if (state_ != Stream::State::ended) read_all();  // what was said before the reset
      return;
    }
    if (progress != Progress::done) {
      wants_write_ = true;
      return;
    }
    Bytes& front = queue_.front();
    tap_.octets(Heading::sent, ByteView(front).first(count));
    front.erase(front.begin(), front.begin() + static_cast<std::ptrdiff_t>(count));
    if (front.empty()) queue_.pop_front();
  }
  if (end_wanted_ && !std::exchange(end_sent_, true)) {
    transport_->end();
    tap_.ended(Heading::sent);
    if (leaving_) {
      ::shutdown(fd_.get(), SHUT_WR);
      tap_.captured_end(Heading::sent);
    }
  }
}

void SocketEnd::read_all() {
  std::array<std::uint8_t, 16 * 1024> buffer;
  while (!paused_ && state_ == Stream::State::open) {
    std::size_t count = 0;
    const Progress progress = transport_->read(buffer, count);
    if (progress == Progress::failed) return lose("reset, or ended without close_notify");
    if (progress == Progress::ended) {
      state_ = Stream::State::ended;
      tap_.ended(Heading::received);
    }
    if (progress != Progress::done) return;
    tap_.octets(Heading::received, ByteView(buffer).first(count));
    if (!leaving_) append(received_, ByteView(buffer).first(count));
  }
}

void SocketEnd::lose(std::string why) {
  state_ = Stream::State::lost;
  failure_ = std::move(why);
  tap_.reset(Heading::received);
  transport_.reset();
  fd_.reset();
}

// ----- the owner's side

LiveStream::LiveStream(PollLoop& loop, UniqueFd fd, SslPtr ssl, bool connected)
    : end_(std::make_shared<SocketEnd>(loop, std::move(fd), std::move(ssl), connected)) {
  loop.add(end_);
}

LiveStream::~LiveStream() {
  if (!given_up_) end_->cut();
}

void LiveStream::close() {
  given_up_ = true;
  end_->close();
}

void LiveStream::cut() {
  given_up_ = true;
  end_->cut();
}

Stream::State LiveStream::state() const {
  const State state = end_->state();
  return given_up_ && state != State::ended ? State::lost : state;
}

}  // namespace fullcone::conformance
