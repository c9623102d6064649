// One end of a mux connection, client's or server's: its streams, their credit, and the order in
// which what they have to say is written. Sans-IO: its owner tells it what was read and what has
// left, and carries out what it says through MuxEndpoint::Owner. Targets, apps, mappings and the
// connection itself are the owner's affair. Rules: MUX-1..4.
//
// Written is only as much as the connection's budget admits, so that what comes later and is more
// urgent overtakes what waits here: control frames, then datagrams of the UDP streams in turn, then
// octets of the TCP streams in turn, in frames of 16 KiB at most.
//
// A stream whose reader stops costs its credit: 256 KiB. One whose reader keeps up with more than
// its credit per round trip is given twice as much, up to a bound, and all streams of a connection
// together up to another: a PING beside its WINDOW tells how much that is.
#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/time.hpp"
#include "core/limits.hpp"
#include "core/linked_slab.hpp"
#include "core/mux_datagram_queue.hpp"
#include "core/send_budget.hpp"
#include "wire/mux_frame.hpp"

namespace fullcone {

class MuxEndpoint {
 public:
  // The owner's own name for a stream.
  using Tag = std::uint64_t;
  struct Stream {
    mux::StreamId id{};
    Tag tag = 0;
  };

  // Whom the endpoint works for, for the time of one call. It may call open, send, end, reset and
  // on_consumed from within these, but not on_bytes and on_room.
  class Owner {
   public:
    virtual ~Owner() = default;

    // ----- its connection
    // Head, then payload, behind what was written before; views are valid as an action's are.
    virtual void write(const FrameHead& head, ByteView payload) = 0;
    virtual ByteView keep(Bytes octets) = 0;

    // ----- its streams
    // The peer opened one: TCP to `target`, or UDP. Its tag from now on.
    virtual Tag on_opened(mux::StreamId stream, const std::optional<Destination>& target) = 0;
    virtual void on_data(Stream stream, ByteView octets) = 0;
    virtual void on_datagram(Stream stream, const Destination& peer, ByteView payload) = 0;
    // The peer sends no more on a TCP stream.
    virtual void on_end(Stream stream) = 0;
    // It is over by the peer's doing, and forgotten: by RESET, by breaking a rule, by a UDP
    // stream's FIN.
    virtual void on_reset(Stream stream, mux::Reason reason) = 0;
    // It is over: both directions of a TCP stream have ended, ours with all that was sent.
    virtual void on_finished(Stream stream) = 0;
    // All of a TCP stream's octets have been written: there may be more.
    virtual void on_drained(Stream stream) = 0;
    // Datagrams that waited have been dropped, for more of them came than left (MUX-3).
    virtual void on_datagrams_dropped(std::size_t count) = 0;
  };

  MuxEndpoint(mux::Sender side, const MuxLimits& limits, std::uint64_t hash_seed);

  // ----- facts about the connection
  // It is up: from now on there is room, and on_room() is wanted.
  void start() { started_ = true; }
  // False: the peer has broken the connection's rules, and it is to be closed.
  [[nodiscard]] bool on_bytes(ByteView bytes, Owner& owner);
  // `octets` have left the driver's queue; true: on_room() is wanted.
  [[nodiscard]] bool on_written(std::size_t octets);
  // Writes what waits, as far as there is room.
  void on_room(Owner& owner);

  // ----- what the owner does with its streams; those that are over already are ignored
  // Opens a TCP stream to `target`, or a UDP stream. Precondition: can_open().
  mux::StreamId open(const std::optional<Destination>& target, Tag tag, Owner& owner);
  bool can_open() const;
  // Octets of a TCP stream. False: some of them wait, and on_drained() will follow; a source that
  // is held back meanwhile costs one read.
  bool send(mux::StreamId stream, ByteView octets, Owner& owner);
  // The end of what is sent on a TCP stream; a UDP stream is over by it.
  void end(mux::StreamId stream, Owner& owner);
  // Ends it, both directions, when what was sent on it before has been written, as far as there is
  // credit for it; to its owner it is over at once.
  void reset(mux::StreamId stream, mux::Reason reason, Owner& owner);
  // Written, or queued, or dropped and counted by on_datagrams_dropped().
  void send_datagram(mux::StreamId stream, const Destination& peer, ByteView payload, TimePoint now,
                     Owner& owner);
  // `octets` that on_data() gave have left for their reader; true: on_room() is wanted.
  [[nodiscard]] bool on_consumed(mux::StreamId stream, std::size_t octets);

  std::size_t streams() const { return by_id_.size(); }
  bool has(mux::StreamId stream) const { return by_id_.contains(stream); }
  // Those that are not over, in the order of their ids.
  template <class Act>
  void for_each_stream(Act&& act) const {
    std::vector<Stream> all;
    for (const auto& [id, index] : by_id_) {
      if (!entries_[index].reset_wanted) all.push_back({id, entries_[index].tag});
    }
    std::ranges::sort(all, {}, &Stream::id);
    for (const Stream& stream : all) act(stream);
  }
  std::size_t queued_datagrams() const { return queued_datagrams_; }
  // Octets of streams that wait here to be written.
  std::size_t waiting_octets() const { return waiting_octets_; }

 private:
  // Octets of a TCP stream that wait for credit or for room. A fact that takes from it, for views,
  // appends nothing to it.
  struct Waiting {
    Bytes octets;
    std::size_t taken = 0;  // at the front
    std::size_t size() const { return octets.size() - taken; }
    bool empty() const { return size() == 0; }
  };
  struct Entry {
    mux::StreamId id{};
    Tag tag = 0;
    bool udp = false;
    // ----- sending
    std::uint32_t credit = mux::kFirstCredit;
    Waiting waiting;
    MuxDatagramQueue datagrams{0};
    bool end_wanted = false;
    bool end_sent = false;
    std::optional<mux::Reason> reset_wanted;  // its owner has forgotten it
    bool in_turn = false;
    // ----- receiving
    std::size_t granted = mux::kFirstCredit;  // what the peer may still send
    std::size_t window = mux::kFirstCredit;   // that, and what its reader has not consumed
    std::size_t consumed = 0;                 // not yet granted again
    bool end_received = false;
    bool renewal_due = false;
    SlabLinks links_in_turn;
    SlabLinks links_in_renewals;
  };
  using TurnList = SlabList<Entry, &Entry::links_in_turn>;
  using RenewalList = SlabList<Entry, &Entry::links_in_renewals>;
  // A measurement of what a stream receives in one round trip.
  struct Probe {
    mux::StreamId stream{};
    std::uint64_t number = 0;
    std::size_t octets = 0;
    bool under_way = false;
  };

  struct StreamHash {
    using is_avalanching = void;
    std::uint64_t seed = 0;
    std::size_t operator()(mux::StreamId id) const {
      return static_cast<std::size_t>(seeded_hash(seed, static_cast<std::uint32_t>(id), 0, 0));
    }
  };

  // Streams, and what is read for them: mux_endpoint.cpp.
  bool read(ByteView frame, Owner& owner);
  bool read(const mux::Open& open, Owner& owner);
  void read(const mux::Data& data, Owner& owner);
  void read(const mux::Datagram& datagram, Owner& owner);
  void read(const mux::Window& window, Owner& owner);
  void read(const mux::Fin& fin, Owner& owner);
  void read(const mux::Reset& reset, Owner& owner);
  void read(const mux::Pong& pong);
  Entry* find(mux::StreamId id);
  Entry* find_or_reset(mux::StreamId id, Owner& owner);
  Entry* find_heard(mux::StreamId id, Owner& owner);  // not one that is to be reset
  void add(mux::StreamId id, bool udp, Tag tag);
  void remove(Entry& entry, Owner& owner);
  void break_off(Entry& entry, Owner& owner);
  void finish_if_over(Entry& entry, Owner& owner);
  void want_renewal(Entry& entry);
  bool may_grow(const Entry& entry) const;

  // What is written, and in which order: mux_writing.cpp.
  bool has_room() const { return started_ && budget_.has_room(); }
  bool urgent_waits() const;
  bool anything_waits() const { return urgent_waits() || !data_turns_.empty(); }
  void write(const FrameHead& head, ByteView payload, Owner& owner);
  void control(const FrameHead& frame, Owner& owner);
  void write_renewals(Owner& owner);
  void write_next_datagram(Owner& owner);
  void write_next_data(Owner& owner);
  ByteView write_data(Entry& entry, ByteView octets, Owner& owner);
  void write_end(Entry& entry, Owner& owner);
  void write_datagram(mux::StreamId id, const Destination& peer, ByteView payload, Owner& owner);
  void queue_datagram(Entry& entry, const Destination& peer, ByteView payload, TimePoint now,
                      Owner& owner);
  void drop_datagrams(Entry& entry, std::size_t count, Owner& owner);
  void take_turn(Entry& entry);
  void leave_turn(Entry& entry);
  TurnList& turns_of(const Entry& entry) { return entry.udp ? datagram_turns_ : data_turns_; }
  SlabIndex index_of(const Entry& entry) const { return by_id_.at(entry.id); }

  mux::Sender side_;
  const MuxLimits& limits_;
  boost::unordered_flat_map<mux::StreamId, SlabIndex, StreamHash> by_id_;
  LinkedSlab<Entry> entries_;
  mux::StreamId last_opened_{};
  mux::FrameCutter frames_;
  bool started_ = false;
  SendBudget budget_;
  Bytes control_;            // whole frames that wait
  TurnList data_turns_;      // TCP streams with octets and credit, or with an end to send
  TurnList datagram_turns_;  // UDP streams with datagrams
  RenewalList renewals_;     // TCP streams whose peer is to be given credit
  Probe probe_;
  std::size_t grown_ = 0;  // all windows beyond their first size
  std::size_t queued_datagrams_ = 0;
  std::size_t waiting_octets_ = 0;
};

}  // namespace fullcone
