// One stream connection of a shard, over TLS or plain TCP: a client's, the server's, a target's or
// an app's. It comes up, reads while nobody holds it back, queues and writes, and ends in one of
// the three ways that the core knows: end of stream, clean close, abort.
//
// Lives on its shard's thread. Owner's methods are called from the event loop and from
// StreamPool::flush(), never from within a method of Stream that the owner calls.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "core/action_list.hpp"
#include "core/client_settings.hpp"
#include "net/out_queue.hpp"
#include "net/transport.hpp"
#include "net/unique_fd.hpp"

namespace fullcone {

class StreamPool;

class Stream : public std::enable_shared_from_this<Stream> {
 public:
  // The core's name for it, as numbers.
  struct Id {
    std::uint64_t number = 0;
    std::uint32_t part = 0;
  };
  using Clock = std::chrono::steady_clock;

  // Whom a stream works for. After on_open_failed, on_lost and close() nothing more is said.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_opened(Stream& stream) = 0;
    virtual void on_open_failed(Stream& stream, ConnectFailure why) = 0;
    // `bytes` are gone when this returns.
    virtual void on_bytes(Stream& stream, ByteView bytes) = 0;
    virtual void on_end_of_stream(Stream& stream) = 0;
    virtual void on_lost(Stream& stream) = 0;
    // `octets` that were written have left the queue.
    virtual void on_written(Stream& stream, std::size_t octets) = 0;
  };

  // A socket with what goes through it; alone, to be moved to another shard.
  struct Connection {
    UniqueFd fd;
    std::unique_ptr<Transport> transport;
  };

  Stream(StreamPool& pool, Owner& owner, Id id, Connection connection);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // One of these three comes first. connect: TCP is connecting; then, as with `shake_hands`, the
  // transport's handshake; on_opened or on_open_failed within `time`.
  void connect(Duration time);
  void shake_hands(Duration time);
  // The connection is up already.
  void start();

  const Id& id() const { return id_; }
  int fd() const { return fd_; }
  const Endpoint& remote() const { return remote_; }
  // Why on_open_failed, for logs.
  const std::string& failure() const { return failure_; }

  // Written at the end of the batch (StreamPool::flush), or at once when there is much of it.
  void write(ByteView head, ByteView payload);
  void write(ByteView payload) { write({}, payload); }
  // The end of the stream, behind what is queued; reading goes on.
  void end_output();
  void pause() { paused_ = true; }
  void resume();
  // What this stream reads is written to `sink`: it is not read while much waits there.
  void feed(Stream& sink);
  // What is queued is written first, in bounded time; then the far end sees an end, or a cut. An
  // abort of what is closing already is immediate.
  void close(CloseKind kind);
  // A close under way keeps to what the pool has left of time.
  void hurry_close();
  // Takes the connection out; this stream is then closed.
  Connection release();

 private:
  friend class StreamPool;
  enum class Phase : std::uint8_t {
    connecting,
    handshaking,
    open,
    flushing,  // closed by its owner: what is queued is written
    draining,  // our end is sent; the far end's is awaited
    sending,   // to be cut, once the far end has what was written
    closed,
  };

  // Readiness: stream_readiness.cpp.
  void await_input();
  void await_readable();
  void await_writable();
  void await_error();
  void read_later();
  void start_timer(Duration time);
  void on_readable();
  void on_writable();
  void on_error_event();
  void on_unwatchable();
  void on_time_out();

  void finish_connect();
  void advance_handshake();
  void fail_open(ConnectFailure why);
  void read_rest();
  bool may_read() const { return phase_ == Phase::open && !input_ended_ && !paused_ && !held_; }
  void read();
  void discard_input();
  void hold(bool held);

  std::size_t write_through(ByteView payload);
  bool all_sent() const { return queue_.empty() && transport_->unsent() == 0; }
  void flush();
  void push_queue();
  bool took(Transport::Status status);
  void report_written();
  void regulate_source();
  void start_flush_timer();
  Duration closing_time() const;
  bool may_linger();
  void begin_draining();
  void begin_sending();
  void await_sent();
  void cut();
  void lose();
  void shut();

  StreamPool& pool_;
  Owner* owner_;
  const Id id_;
  const int fd_;
  Endpoint remote_;  // known once it is connected
  boost::asio::posix::stream_descriptor socket_;
  UniqueFd unwatched_;  // the socket, when the system has no room to watch it
  std::unique_ptr<Transport> transport_;
  boost::asio::steady_timer timer_;  // of opening or closing
  Phase phase_ = Phase::open;
  std::string failure_;

  bool paused_ = false;  // by the owner
  bool held_ = false;    // by the queue of the sink
  bool input_ended_ = false;
  bool drained_ = false;  // the last read found nothing: more will be announced by readiness
  bool read_awaits_write_ = false;
  bool awaiting_read_ = false;
  bool awaiting_write_ = false;
  bool awaiting_error_ = false;

  OutQueue queue_;
  std::size_t unreported_ = 0;  // octets that have left it and that the owner has not been told of
  bool blocked_ = false;        // the last write found no room
  bool broken_ = false;         // writing failed
  bool cut_wanted_ = false;     // instead of an end
  bool end_wanted_ = false;
  bool end_sent_ = false;
  bool to_be_flushed_ = false;
  std::weak_ptr<Stream> source_;  // whose reading this queue holds back
  bool patient_ = false;          // one end of a relay
  std::size_t lingering_ = 0;     // octets that the pool counts as queued by a closed stream
  std::size_t unsent_ = 0;        // while sending: what the far end has not acknowledged
  Clock::time_point sent_by_;     // while sending: given up when nothing moves until then
};

}  // namespace fullcone
