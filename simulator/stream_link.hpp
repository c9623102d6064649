// One TCP connection, or the plaintext inside one TLS connection: ordered octets both ways, which
// arrive late, cut and joined anywhere; ends in every way that a connection can end.
//
//   send() -> queue -> window (in flight or unread, bounded) -> read by the far end, in chunks
//
// Octets leave the queue as the window has room, and `written` tells the sender. A reader that
// pauses fills the window, and then the queue grows: that is the back-pressure that a core sees.
// Loss on the path costs a retransmission's time. A link lives while an end or an event holds it.
#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/random.hpp"
#include "core/action_list.hpp"
#include "core/client_settings.hpp"
#include "core/limits.hpp"
#include "simulator/event_queue.hpp"
#include "simulator/host.hpp"
#include "simulator/trace.hpp"

namespace fullcone::sim {

class StreamLink;

// What one end is told. Nothing more after `lost`, `failed` or the end's own close(); after
// `end_of_stream` still `written` and `lost`.
struct StreamEvents {
  std::function<void(ByteView)> bytes;
  std::function<void(std::size_t)> written;    // octets that have left the queue
  std::function<void()> end_of_stream;         // close_notify (TLS) or FIN (TCP)
  std::function<void()> lost;                  // reset, timed out, or FIN without close_notify
  std::function<void()> connected;             // to the end that dialled
  std::function<void(ConnectFailure)> failed;  // likewise: it never came up
};

// Why an end is not being read; it is read when no reason is left.
enum class Pause : std::uint8_t { by_owner = 1, back_pressure = 2 };

class StreamEnd {
 public:
  const Endpoint& local() const { return local_; }
  const Endpoint& remote() const;

  void send(ByteView octets) { send(octets, {}); }
  void send(ByteView head, ByteView octets);  // one behind the other
  // Ends this direction after what is queued; reading goes on.
  void half_close();
  // clean: ends this direction after what is queued and reads no more. abort: drops what is queued;
  // the far end finds the connection lost. No event comes any more.
  void close(CloseKind kind);
  void pause(Pause why);
  void resume(Pause why);

  // Octets that have not left the queue yet.
  std::size_t queued() const { return queue_.size() - queue_taken_; }
  bool closed() const { return closed_; }
  StreamLink& link() { return *link_; }

 private:
  friend class StreamLink;
  struct Segment {
    enum class Kind : std::uint8_t { accept, bytes, end, reset } kind;
    Bytes octets;
  };

  void drop_output();
  void drop_input();

  // Many ends are looked at seldom, each time from cold memory: flags stand together, and so does
  // each direction.
  StreamLink* link_ = nullptr;
  StreamEnd* other_ = nullptr;
  Endpoint local_;
  std::uint8_t paused_ = 0;
  bool up_ = false;      // its side of the handshake is done
  bool closed_ = false;  // no event is wanted any more
  bool end_wanted_ = false;
  bool end_sent_ = false;
  bool pump_planned_ = false;
  bool end_arrived_ = false;
  bool end_told_ = false;
  bool bounced_ = false;  // it has answered octets that came after its close
  Lane lane_{};

  // its outgoing direction
  Bytes queue_;
  std::size_t queue_taken_ = 0;  // octets at the queue's front that have left it
  std::size_t in_window_ = 0;
  boost::container::small_vector<Segment, 1> in_flight_;
  std::size_t arrived_ = 0;  // segments at its front
  TimePoint line_free_{};
  TimePoint last_arrival_{};
  std::size_t cut_after_ = SIZE_MAX;  // octets that may still be read at the far end

  // its incoming direction
  Bytes unread_;
  std::size_t unread_taken_ = 0;  // octets at its front that have been read

 public:
  StreamEvents events;
};

struct StreamOptions {
  unsigned handshake_round_trips = 2;      // TCP and TLS 1.3; 1: TCP alone
  std::size_t window_octets = 128 * 1024;  // in flight or unread, per direction
  bool rechunk = true;                     // cut and join at seeded boundaries
  KeepAlive keep_alive{};
};

// In the list of its network as long as it lives.
class StreamLink : public std::enable_shared_from_this<StreamLink>,
                   public boost::intrusive::list_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  // The hosts whose links lie on the way: the dialler's first, NATs', and the acceptor's last.
  using Path = boost::container::small_vector<const Host*, 4>;
  StreamLink(EventQueue& events, Trace& trace, Random random, const StreamOptions& options,
             Path path, const Endpoint& from, const Endpoint& to);
  const Path& path() const { return path_; }

  // The two ends, kept alive with the link.
  std::shared_ptr<StreamEnd> dialler() { return {shared_from_this(), &ends_[0]}; }
  std::shared_ptr<StreamEnd> acceptor() { return {shared_from_this(), &ends_[1]}; }
  std::shared_ptr<StreamEnd> share(StreamEnd& end) { return {shared_from_this(), &end}; }

  // The handshake, driven by Network: the first packet arrives, and is answered by connect(),
  // refuse() or not at all. `accept` is called with the acceptor's end when the handshake is done
  // there, and says whether somebody took it.
  using Accept = std::function<bool(std::shared_ptr<StreamEnd>)>;
  void knock(std::function<void()> arrived);
  void connect(Accept accept);
  void refuse(ConnectFailure why);

  // The network cuts it: both ends find it lost, what is under way is gone.
  void cut();
  // The same, once `reader`, one of its ends, has read `octets` more.
  void cut_after(StreamEnd& reader, std::size_t octets) { reader.other_->cut_after_ = octets; }
  // Nothing passes any more; both ends find it lost when their keep-alive has given up.
  void fall_silent();
  // From now on it is paced as TCP is: so many octets may be sent and not acknowledged, per
  // direction, and each acknowledgement takes its own way back.
  void pace(std::size_t window_octets) {
    options_.window_octets = window_octets;
    paced_ = true;
  }
  // Whether octets have been sent that the other end has not got, and may get.
  bool carries_any() const;
  // Nothing arrives for so long, and then everything does; or it is too long for the keep-alive.
  void stall(Duration duration);

 private:
  friend class StreamEnd;
  void on_handshake_done();
  void break_off(Duration noticed_after);
  void lose(StreamEnd& end);
  void plan_pump(StreamEnd& end, Duration after = {});
  void pump(StreamEnd& end);
  void launch(StreamEnd& from, StreamEnd::Segment::Kind kind, Bytes octets);
  Duration transit(const StreamEnd& from);
  const LinkSettings& settings_from(const StreamEnd& from, const Host& host) const;
  void arrive(StreamEnd& from);
  void bounce(StreamEnd& from, std::size_t octets);
  void plan_read(StreamEnd& end);
  void read(StreamEnd& end);
  void hand_over(StreamEnd& end, std::size_t count);
  void acknowledge(StreamEnd& writer, std::size_t count);
  void tell_end(StreamEnd& end);
  std::size_t draw_chunk(std::size_t available);
  void note(TraceKind kind, const StreamEnd& from, ByteView payload = {});

  EventQueue& events_;
  Trace& trace_;
  Random random_;
  StreamOptions options_;
  Path path_;
  TimePoint stalled_until_{};
  StreamEnd ends_[2];
  Accept accept_;
  bool silent_ = false;
  bool paced_ = false;
};

}  // namespace fullcone::sim
