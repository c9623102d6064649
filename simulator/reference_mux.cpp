// What is read from the peer. What is written to it is in reference_mux_writing.cpp.
#include "simulator/reference_mux.hpp"

#include <algorithm>
#include <utility>

namespace fullcone::sim {

// Calls `each` with every frame that is whole; false: it has returned false.
template <class Each>
bool ReferenceMux::cut(Bytes& partial, ByteView octets, Each&& each) {
  append(partial, octets);
  std::size_t at = 0;
  bool good = true;
  while (good) {
    const ByteView rest = ByteView(partial).subspan(at);
    const auto size = mux_frame_size(rest);
    if (!size || rest.size() < *size) break;
    at += *size;
    good = each(rest.first(*size));
  }
  partial.erase(partial.begin(), partial.begin() + static_cast<std::ptrdiff_t>(at));
  return good;
}

ReferenceMux::Stream* ReferenceMux::find(StreamNumber stream) {
  const auto found = streams_.find(stream);
  return found == streams_.end() ? nullptr : &found->second;
}

bool ReferenceMux::on_read(ByteView octets, Owner& owner) {
  return cut(to_read_, octets, [&](ByteView whole) {
    const auto frame = read_mux_frame(whole, side_ == Side::server);
    return frame && read(*frame, owner);
  });
}

bool ReferenceMux::read(const Frame& frame, Owner& owner) {
  switch (frame.type) {
    case Frame::Type::padding:
    case Frame::Type::pong:
      return true;
    case Frame::Type::ping:
      due_pongs_.push_back(to_bytes(frame.body));
      return true;
    case Frame::Type::open:
      if (frame.stream <= last_opened_) return false;
      last_opened_ = frame.stream;
      if (is_full(owner)) {
        due_resets_[frame.stream].push_back(2);
        return true;
      }
      streams_[frame.stream].udp = !frame.destination;
      owner.on_opened(frame.stream, frame.destination);
      return true;
    default:
      read_of_stream(frame, owner);
      return true;
  }
}

// What comes on a stream whose reset waits to be written is nobody's, and may be answered.
void ReferenceMux::read_of_stream(const Frame& frame, Owner& owner) {
  using Type = Frame::Type;
  const StreamNumber id = frame.stream;
  Stream* const stream = find(id);
  if (frame.type == Type::reset) {
    if (stream != nullptr) leave(id, false, owner);
    return;
  }
  if (stream == nullptr) return due_resets_[id].push_back(3);
  if (is_over(id, *stream, owner)) {
    stream->is_over = true;
    return due_resets_[id].push_back(3);
  }
  if (frame.type == Type::window) {
    if (stream->udp) return break_off(id, owner);
    if (stream->end_read || owner.may_leave(id)) ++allowed_resets_[id];
    stream->credit = std::min<std::uint64_t>(stream->credit + frame.credit, 0xffffffff);
    return;
  }
  if (owner.may_leave(id)) {
    ++allowed_resets_[id];
    if (!stream->udp) return;
  }
  if (frame.type == Type::fin && stream->udp) return leave(id, false, owner);
  if (stream->end_read || stream->udp != (frame.type == Type::datagram)) {
    return break_off(id, owner);
  }
  switch (frame.type) {
    case Type::data:
      if (frame.body.size() > stream->granted) return break_off(id, owner);
      stream->granted -= frame.body.size();
      stream->unconsumed += frame.body.size();
      return owner.on_data(id, frame.body);
    case Type::datagram:
      return owner.on_datagram(id, *frame.destination, frame.body);
    default:
      stream->end_read = true;
      owner.on_end(id);
      return finish_if_over(id, owner);
  }
}

void ReferenceMux::break_off(StreamNumber id, Owner& owner) {
  due_resets_[id].push_back(4);
  leave(id, false, owner);
}

void ReferenceMux::finish_if_over(StreamNumber id, Owner& owner) {
  const Stream* const stream = find(id);
  if (stream != nullptr && stream->end_read && stream->end_written) leave(id, true, owner);
}

void ReferenceMux::leave(StreamNumber id, bool finished, Owner& owner) {
  if (!has_room()) late_.insert(id);
  streams_.erase(id);
  owner.on_gone(id, finished);
}

// Its FIN or RESET may still wait for the link to have room. (A client's own count shows in what it
// opens.)
bool ReferenceMux::is_over(StreamNumber id, const Stream& stream, Owner& owner) const {
  if (stream.udp || side_ == Side::client) return false;
  if (stream.is_over) return true;
  if (owner.may_leave(id)) return stream.credit == 0 || owner.has_said_all(id);
  return stream.end_read && owner.has_said_all(id);
}

bool ReferenceMux::is_full(Owner& owner) const {
  if (streams_.size() < bounds_.streams) return false;
  const auto over = std::ranges::count_if(
      streams_, [&](const auto& each) { return is_over(each.first, each.second, owner); });
  return streams_.size() - static_cast<std::size_t>(over) >= bounds_.streams;
}

void ReferenceMux::on_drained(std::size_t octets) { queued_ -= std::min(octets, queued_); }

void ReferenceMux::on_consumed(StreamNumber id, std::size_t octets) {
  if (Stream* const stream = find(id)) {
    stream->unconsumed -= std::min<std::uint64_t>(octets, stream->unconsumed);
  }
}

bool ReferenceMux::held_back(StreamNumber id) const {
  const auto stream = streams_.find(id);
  return !has_room() || (stream != streams_.end() && stream->second.credit == 0);
}

void ReferenceMux::due_datagram(StreamNumber id, const Endpoint& source, ByteView payload,
                                TimePoint now) {
  Stream* const stream = find(id);
  if (stream == nullptr || payload.size() > largest_mux_datagram(source.family())) return;
  auto& datagrams = stream->datagrams;
  const bool may_be_dropped = !has_room() || !datagrams.empty();
  constexpr std::size_t kHeads = 32;  // those of its frame
  const bool can_wait = payload.size() + kHeads <= bounds_.datagram_queue;
  if (stream->may_keep_none) stream->waits_since = now;
  if (can_wait) {
    stream->may_keep_none = false;
    const bool burst = now - stream->waits_since < bounds_.burst_time;
    const std::size_t most = burst ? bounds_.datagram_burst : bounds_.datagram_queue;
    for (DueDatagram& earlier : datagrams) {
      earlier.behind_it += payload.size();
      earlier.late |= earlier.behind_it > most;
    }
  }
  datagrams.push_back({source, to_bytes(payload), may_be_dropped});
}

// ----- the end of a fact

// A link that has room keeps nothing waiting.
void ReferenceMux::on_settled() {
  if (!has_room()) return;
  for (const auto& [id, reasons] : due_resets_) {
    for (std::size_t i = 0; i < reasons.size(); ++i) {
      report_("MUX-4", "stream " + std::to_string(id) + " is not reset");
    }
  }
  due_resets_.clear();
  allowed_resets_.clear();
  late_.clear();
  if (!std::exchange(due_pongs_, {}).empty()) report_("MUX-4", "a PING is not answered");
  for (auto& [id, stream] : streams_) {
    for (const DueDatagram& due : stream.datagrams) {
      if (due.may_be_dropped) continue;
      report_("MUX-1", "a datagram of " + due.source.to_string() +
                           " does not reach the client by stream " + std::to_string(id));
    }
    stream.datagrams.clear();
    stream.may_keep_none = true;
    const bool starves = !stream.udp && !stream.end_read && stream.unconsumed == 0 &&
                         stream.granted < kFirstCredit / 2;
    if (!starves) continue;
    report_("MUX-2", "credit of stream " + std::to_string(id) + " is not renewed");
    stream.granted = kFirstCredit;
  }
}

}  // namespace fullcone::sim
