// The part of ReferenceMux that judges what its end writes.
#include <algorithm>
#include <utility>

#include "simulator/reference_mux.hpp"

namespace fullcone::sim {

void ReferenceMux::on_written(ByteView octets, Owner& owner) {
  append(to_judge_, octets);
  std::size_t at = 0;
  for (;;) {
    const ByteView rest = ByteView(to_judge_).subspan(at);
    const auto size = mux_frame_size(rest);
    if (!size || rest.size() < *size) break;
    at += *size;
    const auto frame = read_mux_frame(rest.first(*size), side_ == Side::client);
    if (frame) {
      judge(*frame, owner);
    } else {
      report_("MUX-4", "a malformed frame of type " + std::to_string(rest[0]));
    }
  }
  to_judge_.erase(to_judge_.begin(), to_judge_.begin() + static_cast<std::ptrdiff_t>(at));
  queued_ += octets.size();
}

void ReferenceMux::judge(const Frame& frame, Owner& owner) {
  switch (frame.type) {
    case Frame::Type::padding:
    case Frame::Type::ping:
      return;
    case Frame::Type::pong:
      if (due_pongs_.empty() || !std::ranges::equal(due_pongs_.front(), frame.body)) {
        return report("MUX-4", frame, "a PONG that answers no PING");
      }
      return due_pongs_.pop_front();
    case Frame::Type::open:
      return judge_open(frame, owner);
    case Frame::Type::data:
      return judge_data(frame, owner);
    case Frame::Type::datagram:
      return judge_datagram(frame, owner);
    case Frame::Type::window:
      return judge_window(frame);
    case Frame::Type::fin:
      return judge_end(frame, owner);
    case Frame::Type::reset:
      return judge_reset(frame, owner);
  }
}

void ReferenceMux::judge_open(const Frame& frame, Owner& owner) {
  if (frame.stream <= last_opened_) return report("MUX-4", frame, "an id that does not rise");
  if (streams_.size() >= bounds_.streams) report("MUX-4", frame, "one stream too many");
  last_opened_ = frame.stream;
  streams_[frame.stream].udp = !frame.destination;
  owner.on_open_written(frame.stream, frame.destination);
}

void ReferenceMux::judge_data(const Frame& frame, Owner& owner) {
  judge_pace();
  Stream* const stream = find(frame.stream);
  if (stream == nullptr || stream->udp || stream->end_written) {
    return report("MUX-4", frame, "DATA on a stream that does not take it");
  }
  if (frame.body.size() > stream->credit) report("MUX-2", frame, "DATA beyond the credit");
  stream->credit -= std::min<std::uint64_t>(frame.body.size(), stream->credit);
  for (auto& [id, each] : streams_) {
    for (DueDatagram& due : each.datagrams) due.overtaken = true;
  }
  owner.on_data_written(frame.stream, frame.body);
}

// MUX-3: the link's queue takes no more than what makes it busy.
void ReferenceMux::judge_pace() {
  constexpr std::size_t kSlack = 64;  // of a request before them
  if (queued_ < bounds_.send_queue + kSlack) return;
  report_("MUX-3", "a frame is queued behind " + std::to_string(queued_) + " octets");
}

void ReferenceMux::judge_datagram(const Frame& frame, Owner& owner) {
  judge_pace();
  Stream* const stream = find(frame.stream);
  if (stream == nullptr || !stream->udp) {
    return report("MUX-4", frame, "a DATAGRAM on a stream that does not take it");
  }
  if (side_ == Side::server) return judge_due_datagram(*stream, frame);
  owner.on_datagram_written(frame.stream, *frame.destination, frame.body);
}

// What came before it on its stream was dropped.
void ReferenceMux::judge_due_datagram(Stream& stream, const Frame& frame) {
  const auto is_it = [&](const DueDatagram& due) {
    return Destination(due.source) == *frame.destination &&
           std::ranges::equal(due.payload, frame.body);
  };
  // Of equal ones those that are late, or were overtaken, may have been dropped.
  const auto in_time = [&](const DueDatagram& due) {
    return is_it(due) && !due.overtaken && !due.late;
  };
  auto match = std::ranges::find_if(stream.datagrams, in_time);
  if (match == stream.datagrams.end()) match = std::ranges::find_if(stream.datagrams, is_it);
  if (match == stream.datagrams.end()) {
    return report("MUX-1", frame, "a datagram that no peer has sent to this stream's ports");
  }
  if (match->overtaken) report("MUX-3", frame, "DATA went ahead of a datagram that waited");
  if (match->late) report("MUX-3", frame, "a datagram is late, and should have been dropped");
  const bool any_lost = std::any_of(stream.datagrams.begin(), match,
                                    [](const DueDatagram& due) { return !due.may_be_dropped; });
  if (any_lost) report("MUX-1", frame, "a datagram is dropped though there is room");
  stream.datagrams.erase(stream.datagrams.begin(), match + 1);
  stream.may_keep_none = std::ranges::all_of(stream.datagrams, is_it);  // or it was one of these
}

void ReferenceMux::judge_window(const Frame& frame) {
  if (late_.contains(frame.stream)) return;
  Stream* const stream = find(frame.stream);
  if (stream == nullptr || stream->udp) {
    return report("MUX-4", frame, "WINDOW on a stream that does not take it");
  }
  stream->granted += frame.credit;
  if (stream->granted + stream->unconsumed > bounds_.window_most) {
    report("MUX-2", frame, "more credit than its reader keeps up with");
  }
}

void ReferenceMux::judge_end(const Frame& frame, Owner& owner) {
  if (late_.contains(frame.stream)) return;
  Stream* const stream = find(frame.stream);
  if (stream == nullptr || stream->end_written) {
    return report("MUX-4", frame, "FIN on a stream that has ended");
  }
  if (stream->udp) {
    if (!owner.may_leave(frame.stream)) report("MUX-1", frame, "an association ends early");
    return leave(frame.stream, false, owner);
  }
  stream->end_written = true;
  owner.on_end_written(frame.stream);
  finish_if_over(frame.stream, owner);
}

void ReferenceMux::judge_reset(const Frame& frame, Owner& owner) {
  const std::uint8_t reason = frame.body[0];
  const auto due = due_resets_.find(frame.stream);
  const Stream* const stream = find(frame.stream);
  const bool is_late = stream != nullptr && is_over(frame.stream, *stream, owner);
  if (due != due_resets_.end() && !is_late) {
    const auto match = std::ranges::find_if(
        due->second, [&](std::uint8_t each) { return reason == 0 || reason == each; });
    if (match == due->second.end()) {
      if (late_.contains(frame.stream)) return;
      return report("MUX-4", frame, "RESET for another reason");
    }
    due->second.erase(match);
    if (due->second.empty()) due_resets_.erase(due);
    return;
  }
  const bool is_open = find(frame.stream) != nullptr;
  std::size_t& allowed = allowed_resets_[frame.stream];
  if (late_.contains(frame.stream)) return;
  if (is_open ? !owner.may_leave(frame.stream) : allowed == 0) {
    report("MUX-4", frame, "RESET for no reason");
  } else if (!is_open) {
    --allowed;
  }
  if (find(frame.stream) != nullptr) leave(frame.stream, false, owner);
}

void ReferenceMux::report(std::string_view rule, const Frame& frame, std::string_view what) const {
  report_(rule, "stream " + std::to_string(frame.stream) + ": " + std::string(what));
}

}  // namespace fullcone::sim
