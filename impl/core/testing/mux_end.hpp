// One endpoint of a mux connection with an owner that notes what it is told, in words, and keeps
// what is written until the test takes it. What a fact views is gone after it, so that the
// sanitizer sees what views it later.
//
//   MuxEnd server(mux::Sender::server);
//   server.reads(open_frame(1)).expect_told("open 1 udp");
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/mux_endpoint.hpp"
#include "core/testing/orders.hpp"

namespace fullcone {

// ----- frames, as a peer makes them
inline Bytes open_frame(std::uint32_t stream, const std::optional<Destination>& target = {}) {
  Bytes frame;
  mux::encode_open(mux::StreamId{stream}, target, frame);
  return frame;
}
inline Bytes data_frame(std::uint32_t stream, const Octets& octets) {
  return to_bytes(mux::data_head(mux::StreamId{stream}, octets.bytes.size()).view()) + octets;
}
inline Bytes datagram_frame(std::uint32_t stream, const Endpoint& peer, const Octets& payload) {
  const auto head = mux::datagram_head(mux::StreamId{stream}, peer, payload.bytes.size());
  return to_bytes(head.view()) + payload;
}
inline Bytes datagram_frame(std::uint32_t stream, const NamedEndpoint& peer,
                            const Octets& payload) {
  const auto head = mux::datagram_head(mux::StreamId{stream}, peer, payload.bytes.size());
  return to_bytes(head.before_name.view()) + peer.host + head.port.view() + payload;
}
inline Bytes window_frame(std::uint32_t stream, std::uint32_t credit) {
  return to_bytes(mux::window_frame(mux::StreamId{stream}, credit).view());
}
inline Bytes fin_frame(std::uint32_t stream) {
  return to_bytes(mux::fin_frame(mux::StreamId{stream}).view());
}
inline Bytes reset_frame(std::uint32_t stream, mux::Reason reason = mux::Reason::none) {
  return to_bytes(mux::reset_frame(mux::StreamId{stream}, reason).view());
}
inline Bytes ping_frame(std::uint64_t opaque) { return to_bytes(mux::ping_frame(opaque).view()); }
inline Bytes pong_frame(std::uint64_t opaque) { return to_bytes(mux::pong_frame(opaque).view()); }

class MuxEnd final : private MuxEndpoint::Owner {
 public:
  explicit MuxEnd(mux::Sender side, const MuxLimits& limits = {})
      : limits_(limits), endpoint_(side, limits_, 3) {
    endpoint_.start();
  }

  // ----- facts
  MuxEnd& reads(const Octets& octets) {
    Bytes exact = octets.bytes;
    good_ = endpoint_.on_bytes(exact, *this);
    return settle();
  }
  // All that was written leaves the driver's queue.
  MuxEnd& drains() {
    const std::size_t octets = std::exchange(in_queue_, 0);
    if (endpoint_.on_written(octets)) endpoint_.on_room(*this);
    return settle();
  }
  MuxEnd& consumes(std::uint32_t stream, std::size_t octets) {
    if (endpoint_.on_consumed(mux::StreamId{stream}, octets)) endpoint_.on_room(*this);
    return settle();
  }

  MuxEnd& waits(Duration time) {
    now_ += time;
    return *this;
  }

  // ----- what its owner does
  std::uint32_t opens(const std::optional<Destination>& target = {}, MuxEndpoint::Tag tag = 0) {
    const auto id = endpoint_.open(target, tag, *this);
    settle();
    return static_cast<std::uint32_t>(id);
  }
  // False: some of it waits.
  bool sends(std::uint32_t stream, const Octets& octets) {
    Bytes exact = octets.bytes;
    const bool all = endpoint_.send(mux::StreamId{stream}, exact, *this);
    settle();
    return all;
  }
  MuxEnd& ends(std::uint32_t stream) {
    endpoint_.end(mux::StreamId{stream}, *this);
    return settle();
  }
  MuxEnd& resets(std::uint32_t stream, mux::Reason reason = mux::Reason::none) {
    endpoint_.reset(mux::StreamId{stream}, reason, *this);
    return settle();
  }
  MuxEnd& sends_datagram(std::uint32_t stream, const Destination& peer, const Octets& payload) {
    Bytes exact = payload.bytes;
    endpoint_.send_datagram(mux::StreamId{stream}, peer, exact, now_, *this);
    return settle();
  }

  // ----- what came of it
  Bytes take_written() { return std::exchange(written_, {}); }
  std::vector<std::string> take_told() { return std::exchange(told_, {}); }
  template <class... Words>
  MuxEnd& expect_told(const Words&... words) {
    EXPECT_EQ(take_told(), (std::vector<std::string>{words...}));
    return *this;
  }
  MuxEnd& expect_written(const Octets& octets) {
    EXPECT_EQ(in_words(take_written()), in_words(octets));
    return *this;
  }
  bool good() const { return good_; }
  std::size_t in_queue() const { return in_queue_; }
  std::size_t dropped() const { return dropped_; }
  const std::string& data(std::uint32_t stream) { return data_[stream]; }
  const std::map<std::uint32_t, std::string>& all_data() const { return data_; }
  MuxEndpoint& endpoint() { return endpoint_; }

  // Whether octets of streams are told as words; large tests look at data() instead.
  void tell_of_data(bool tell) { tells_of_data_ = tell; }

 private:
  void write(const FrameHead& head, ByteView payload) override {
    pending_.push_back({head, payload});
  }
  ByteView keep(Bytes octets) override { return kept_.emplace_back(std::move(octets)); }

  MuxEndpoint::Tag on_opened(mux::StreamId id, const std::optional<Destination>& target) override {
    tell("open " + in_words(id) + (target ? " to " + to_string(*target) : " udp"));
    return static_cast<MuxEndpoint::Tag>(id);
  }
  void on_data(MuxEndpoint::Stream stream, ByteView octets) override {
    data_[static_cast<std::uint32_t>(stream.id)] += as_text(octets);
    if (tells_of_data_) tell("data " + in_words(stream.id) + " " + in_words(Octets(octets)));
  }
  void on_datagram(MuxEndpoint::Stream stream, const Destination& peer, ByteView payload) override {
    tell("datagram " + in_words(stream.id) + " " + to_string(peer) + " " +
         in_words(Octets(payload)));
  }
  void on_end(MuxEndpoint::Stream stream) override { tell("end " + in_words(stream.id)); }
  void on_reset(MuxEndpoint::Stream stream, mux::Reason reason) override {
    tell("reset " + in_words(stream.id) + " for " + in_words(reason));
  }
  void on_finished(MuxEndpoint::Stream stream) override { tell("finished " + in_words(stream.id)); }
  void on_drained(MuxEndpoint::Stream stream) override { tell("drained " + in_words(stream.id)); }
  void on_datagrams_dropped(std::size_t count) override { dropped_ += count; }

  void tell(std::string words) { told_.push_back(std::move(words)); }
  // The driver's turn: what is viewed is read before the fact is over.
  MuxEnd& settle() {
    for (const auto& [head, payload] : pending_) {
      append(written_, head.view());
      append(written_, payload);
      in_queue_ += head.size() + payload.size();
    }
    pending_.clear();
    kept_.clear();
    return *this;
  }

  MuxLimits limits_;
  TimePoint now_{};
  MuxEndpoint endpoint_;
  std::vector<std::pair<FrameHead, ByteView>> pending_;
  std::deque<Bytes> kept_;
  Bytes written_;
  std::size_t in_queue_ = 0;
  std::vector<std::string> told_;
  std::map<std::uint32_t, std::string> data_;
  std::size_t dropped_ = 0;
  bool good_ = true;
  bool tells_of_data_ = true;
};

}  // namespace fullcone
