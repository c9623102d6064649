// What one end of a mux connection must do, written from SPEC.md: which streams there are, their
// credit, which frames have to be answered, and what may be written while the link is slow. It
// reads the frames of both directions; what streams carry is their owner's affair: a server's in
// reference_mux_server.cpp, a client's in reference_mux_client.cpp. Rules: MUX-2, MUX-3, MUX-4, and
// MUX-1 where a datagram of a server's is concerned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "simulator/reference_mux_frame.hpp"

namespace fullcone::sim {

class ReferenceMux {
 public:
  using StreamNumber = std::uint32_t;
  enum class Side : std::uint8_t { client, server };
  // The settings that the rules leave open.
  struct Bounds {
    std::size_t streams = 0;
    std::size_t send_queue = 0;      // octets written and not sent, before more must wait
    std::size_t datagram_queue = 0;  // octets of datagrams that wait, per stream
    std::size_t datagram_burst = 0;  // the same while fewer than `burst_time` have waited
    Duration burst_time{};
    std::size_t window_most = 0;  // credit of a TCP stream
  };
  using Report = std::function<void(std::string_view rule, const std::string& what)>;

  class Owner {
   public:
    virtual ~Owner() = default;
    // ----- what was read, where it keeps the rules
    virtual void on_opened(StreamNumber stream, const std::optional<Destination>& target) = 0;
    virtual void on_data(StreamNumber stream, ByteView octets) = 0;
    virtual void on_datagram(StreamNumber stream, const Destination& peer, ByteView payload) = 0;
    virtual void on_end(StreamNumber stream) = 0;
    // ----- what was written
    virtual void on_open_written(StreamNumber stream, const std::optional<Destination>& target) = 0;
    virtual void on_data_written(StreamNumber stream, ByteView octets) = 0;
    virtual void on_datagram_written(StreamNumber stream, const Destination& peer,
                                     ByteView payload) = 0;
    virtual void on_end_written(StreamNumber stream) = 0;
    // Whether there is a reason to reset it, or, of a UDP stream, to end it.
    virtual bool may_leave(StreamNumber stream) = 0;
    // Whether a TCP stream's own direction has ended, and all of its octets have been written.
    virtual bool has_said_all(StreamNumber stream) = 0;
    // ----- either
    // It is over; `finished`: with both of its directions.
    virtual void on_gone(StreamNumber stream, bool finished) = 0;
  };

  ReferenceMux(Side side, const Bounds& bounds, Report report)
      : side_(side), bounds_(bounds), report_(std::move(report)) {}

  // ----- facts
  // False: the peer has broken the connection's rules.
  bool on_read(ByteView octets, Owner& owner);
  void on_drained(std::size_t octets);
  // Octets of a stream have left for their reader.
  void on_consumed(StreamNumber stream, std::size_t octets);
  // To be written, or dropped where the link is slow.
  void due_datagram(StreamNumber stream, const Endpoint& source, ByteView payload, TimePoint now);

  // ----- orders
  void on_written(ByteView octets, Owner& owner);
  // All orders of a fact have been carried out.
  void on_settled();

  bool has_room() const { return queued_ < bounds_.send_queue; }
  // Whether octets of the stream may have to wait.
  bool held_back(StreamNumber stream) const;
  bool has(StreamNumber stream) const { return streams_.contains(stream); }
  std::size_t streams() const { return streams_.size(); }

 private:
  using Frame = ReferenceMuxFrame;
  struct DueDatagram {
    Endpoint source;
    Bytes payload;
    bool may_be_dropped = false;
    bool overtaken = false;     // by DATA
    std::size_t behind_it = 0;  // octets of later ones
    bool late = false;          // more of them than may wait
  };
  struct Stream {
    bool udp = false;
    std::uint64_t credit = kFirstCredit;   // for what is written
    std::uint64_t granted = kFirstCredit;  // for what is read
    std::uint64_t unconsumed = 0;
    bool end_read = false;
    bool end_written = false;
    bool is_over = false;  // its reset waited when there was no credit for what goes before it
    std::deque<DueDatagram> datagrams;
    bool may_keep_none = true;  // none of them may be waiting still
    TimePoint waits_since;      // when that was so when one came
  };
  static constexpr std::uint64_t kFirstCredit = 262'144;

  template <class Each>
  static bool cut(Bytes& partial, ByteView octets, Each&& each);
  Stream* find(StreamNumber stream);
  bool read(const Frame& frame, Owner& owner);
  void read_of_stream(const Frame& frame, Owner& owner);
  void break_off(StreamNumber stream, Owner& owner);
  void finish_if_over(StreamNumber stream, Owner& owner);
  void leave(StreamNumber stream, bool finished, Owner& owner);
  bool is_over(StreamNumber id, const Stream& stream, Owner& owner) const;
  bool is_full(Owner& owner) const;
  void judge(const Frame& frame, Owner& owner);
  void judge_open(const Frame& frame, Owner& owner);
  void judge_data(const Frame& frame, Owner& owner);
  void judge_datagram(const Frame& frame, Owner& owner);
  void judge_due_datagram(Stream& stream, const Frame& frame);
  void judge_window(const Frame& frame);
  void judge_end(const Frame& frame, Owner& owner);
  void judge_reset(const Frame& frame, Owner& owner);
  void judge_pace();
  void report(std::string_view rule, const Frame& frame, std::string_view what) const;

  Side side_;
  Bounds bounds_;
  Report report_;
  std::map<StreamNumber, Stream> streams_;
  StreamNumber last_opened_ = 0;
  Bytes to_read_;   // a frame that is not whole
  Bytes to_judge_;  // likewise, of what is written
  std::size_t queued_ = 0;
  std::map<StreamNumber, std::deque<std::uint8_t>> due_resets_;  // reasons
  std::map<StreamNumber, std::size_t> allowed_resets_;           // of streams that wait for theirs
  std::set<StreamNumber> late_;  // those over by the peer's doing: what waited goes still
  std::deque<Bytes> due_pongs_;
};

}  // namespace fullcone::sim
