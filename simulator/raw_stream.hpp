// One end of a stream, played by hand: for a conformance suite or a scenario that speaks the bytes
// itself. Octets are the plaintext, as if TLS were established.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "simulator/stream_link.hpp"

namespace fullcone::sim {

class RawStream {
 public:
  enum class State : std::uint8_t {
    connecting,
    open,
    ended,   // the far end sent close_notify (FIN, of plain TCP)
    lost,    // the far end, or the network, cut it without
    failed,  // it never came up
  };

  // An end that dials is `connecting`; an accepted one is `open`.
  RawStream(std::shared_ptr<StreamEnd> end, State state);
  ~RawStream();
  RawStream(const RawStream&) = delete;
  RawStream& operator=(const RawStream&) = delete;

  void send(ByteView octets);
  void send(std::string_view text) { send(as_bytes(text)); }
  void half_close();   // close_notify; reading goes on
  void close_clean();  // close_notify and FIN; nothing is read any more
  void cut();          // without close_notify; the far end finds it lost
  void pause_reading() { end_->pause(Pause::by_owner); }
  void resume_reading() { end_->resume(Pause::by_owner); }

  State state() const { return state_; }
  bool open() const { return state_ == State::open; }
  bool ended() const { return state_ == State::ended; }
  bool lost() const { return state_ == State::lost; }
  // The far end no longer takes what is sent; may follow `ended`.
  bool reset() const { return reset_; }

  // Everything received and not yet taken, oldest first.
  const Bytes& received() const { return received_; }
  Bytes take();
  // The first `count` octets; empty, and nothing taken, while there are fewer.
  Bytes take(std::size_t count);

  const Endpoint& local() const { return end_->local(); }
  const Endpoint& remote() const { return end_->remote(); }
  StreamEnd& end() const { return *end_; }

  // Called after each change of state and each arrival; for scripts that answer by themselves.
  std::function<void(RawStream&)> on_change;

 private:
  void become(State state);

  std::shared_ptr<StreamEnd> end_;
  State state_;
  bool reset_ = false;
  Bytes received_;
};

}  // namespace fullcone::sim
