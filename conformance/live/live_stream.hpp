// A stream over a socket. Its owner holds a LiveStream; the socket behind it stays with the loop
// until a close has been said in order.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "conformance/bed/network.hpp"
#include "conformance/live/poll_loop.hpp"
#include "conformance/live/stream_tap.hpp"
#include "conformance/live/transport.hpp"
#include "conformance/live/unique_fd.hpp"

namespace fullcone::conformance {

class SocketEnd : public Pollable {
 public:
  // `ssl` null: plain TCP. `connected`: it was accepted. `fd` empty: it was refused at once.
  SocketEnd(const PollLoop& loop, UniqueFd fd, SslPtr ssl, bool connected);

  void send(ByteView bytes);
  void end();
  void close();
  void cut();
  void pause_reading(bool paused) { paused_ = paused; }
  const Bytes& received() const { return received_; }
  Stream::State state() const { return state_; }
  const std::string& failure() const { return failure_; }
  const UniqueFd& socket() const { return fd_; }

  int fd() const override;
  short wanted() const override;
  void on_ready() override;

 private:
  void advance();
  bool come_up();
  void write_queue();
  void read_all();
  void lose(std::string why);

  UniqueFd fd_;
  StreamTap tap_;
  std::unique_ptr<Transport> transport_;
  Stream::State state_ = Stream::State::opening;
  bool connected_;
  bool wants_write_ = false;
  bool paused_ = false;
  bool end_wanted_ = false;
  bool end_sent_ = false;
  bool leaving_ = false;  // closed by its owner: what comes is thrown away
  TimePoint leaves_at_{};
  std::deque<Bytes> queue_;
  Bytes received_;
  std::string failure_;
};

class LiveStream : public Stream {
 public:
  LiveStream(PollLoop& loop, UniqueFd fd, SslPtr ssl, bool connected);
  ~LiveStream() override;

  void send(ByteView bytes) override { end_->send(bytes); }
  void end() override { end_->end(); }
  void close() override;
  void cut() override;
  void pause_reading(bool paused) override { end_->pause_reading(paused); }
  ByteView received() const override { return end_->received(); }
  State state() const override;
  const std::string& failure() const { return end_->failure(); }
  const UniqueFd& socket() const { return end_->socket(); }

 private:
  std::shared_ptr<SocketEnd> end_;
  bool given_up_ = false;
};

}  // namespace fullcone::conformance
