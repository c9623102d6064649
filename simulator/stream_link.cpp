// The handshake, the way between the ends, and the faults that befall it. What the ends' owners do
// is in stream_end.cpp.
#include "simulator/stream_link.hpp"

#include <algorithm>
#include <utility>

namespace fullcone::sim {

// ----- the handshake

StreamLink::StreamLink(EventQueue& events, Trace& trace, Random random,
                       const StreamOptions& options, Path path, const Endpoint& from,
                       const Endpoint& to)
    : events_(events), trace_(trace), random_(random), options_(options), path_(std::move(path)) {
  const Endpoint* const places[] = {&from, &to};
  for (std::size_t i = 0; i < 2; ++i) {
    ends_[i].link_ = this;
    ends_[i].other_ = &ends_[1 - i];
    ends_[i].local_ = *places[i];
    ends_[i].lane_ = events.new_lane();
  }
}

void StreamLink::knock(std::function<void()> arrived) {
  const TimePoint leaves = std::max(events_.now(), stalled_until_);
  events_.at(leaves + transit(ends_[0]), ends_[0].lane_, [self = shared_from_this(), arrived] {
    if (!self->ends_[0].closed_ && !self->silent_) arrived();
  });
}

void StreamLink::connect(Accept accept) {
  accept_ = std::move(accept);
  Duration needed{};
  for (unsigned i = 1; i < 2 * options_.handshake_round_trips; ++i) needed += transit(ends_[i % 2]);
  events_.after(needed, ends_[0].lane_, [self = shared_from_this()] {
    StreamEnd& dialler = self->ends_[0];
    if (dialler.closed_ || self->silent_) return;
    dialler.up_ = true;
    self->launch(dialler, StreamEnd::Segment::Kind::accept, {});
    if (dialler.events.connected) dialler.events.connected();
    self->plan_pump(dialler);
  });
}

void StreamLink::refuse(ConnectFailure why) {
  events_.after(transit(ends_[1]), ends_[0].lane_, [self = shared_from_this(), why] {
    StreamEnd& dialler = self->ends_[0];
    if (dialler.closed_) return;
    dialler.closed_ = true;
    self->note(TraceKind::stream_refused, dialler);
    if (dialler.events.failed) dialler.events.failed(why);
  });
}

void StreamLink::on_handshake_done() {
  StreamEnd& end = ends_[1];
  end.up_ = true;
  note(TraceKind::stream_accepted, ends_[0]);
  const Accept accept = std::exchange(accept_, nullptr);
  if (accept && accept(acceptor())) return plan_pump(end);
  end.close(CloseKind::abort);
}

// ----- the network's faults

void StreamLink::cut() { break_off({}); }

void StreamLink::fall_silent() { break_off(options_.keep_alive.dead_after()); }

void StreamLink::stall(Duration duration) {
  if (duration >= options_.keep_alive.dead_after()) return fall_silent();
  stalled_until_ = std::max(stalled_until_, events_.now() + duration);
}

void StreamLink::break_off(Duration noticed_after) {
  if (silent_) return;
  silent_ = true;
  for (StreamEnd& end : ends_) {
    end.in_flight_.clear();
    end.arrived_ = 0;
    events_.after(noticed_after, end.lane_, [self = shared_from_this(), &end] { self->lose(end); });
  }
}

void StreamLink::lose(StreamEnd& end) {
  if (end.closed_) return;
  end.closed_ = true;
  end.drop_output();
  end.drop_input();
  note(TraceKind::stream_lost, end);
  if (end.up_) {
    if (end.events.lost) end.events.lost();
  } else if (end.events.failed) {
    end.events.failed(ConnectFailure::timed_out);
  }
}

bool StreamLink::carries_any() const {
  return !silent_ && std::ranges::any_of(ends_, [](const StreamEnd& end) {
    return (end.up_ && end.queued() != 0) || end.in_flight_.size() != end.arrived_;
  });
}

// ----- from the queue into the window

void StreamLink::plan_pump(StreamEnd& end, Duration after) {
  if (end.pump_planned_ || !end.up_) return;
  end.pump_planned_ = true;
  events_.after(
      after, end.lane_, [self = shared_from_this(), &end] { self->pump(end); }, this);
}

void StreamLink::pump(StreamEnd& end) {
  constexpr std::size_t kSegment = 16 * 1024;  // a TLS record
  end.pump_planned_ = false;
  std::size_t left = 0;
  while (end.queued() != 0 && end.in_window_ < options_.window_octets) {
    const std::size_t count =
        std::min({end.queued(), options_.window_octets - end.in_window_, kSegment});
    const bool whole = count == end.queue_.size();
    launch(end, StreamEnd::Segment::Kind::bytes,
           whole ? std::exchange(end.queue_, {})
                 : to_bytes(ByteView(end.queue_).subspan(end.queue_taken_, count)));
    if (!whole) end.queue_taken_ += count;
    end.in_window_ += count;
    left += count;
  }
  if (end.queued() == 0) {
    end.queue_.clear();
    end.queue_taken_ = 0;
    if (end.end_wanted_ && !end.end_sent_) {
      end.end_sent_ = true;
      launch(end, StreamEnd::Segment::Kind::end, {});
    }
  }
  if (left != 0 && !end.closed_ && end.events.written) end.events.written(left);
}

void StreamLink::launch(StreamEnd& from, StreamEnd::Segment::Kind kind, Bytes octets) {
  if (silent_) return;
  Duration on_line{};
  for (const Host* const host : path_) {
    on_line = std::max(on_line, time_on_line(settings_from(from, *host), octets.size()));
  }
  from.line_free_ = std::max(from.line_free_, events_.now()) + on_line;
  from.last_arrival_ = std::max(from.last_arrival_, from.line_free_ + transit(from));
  from.in_flight_.push_back({kind, std::move(octets)});
  events_.at(
      from.last_arrival_, from.lane_, [self = shared_from_this(), &from] { self->arrive(from); },
      this);
}

// One way through all links; a loss costs a retransmission, and the next one twice that.
Duration StreamLink::transit(const StreamEnd& from) {
  if (path_.size() == 2 && path_.front()->site == path_.back()->site) return kInsideSite;
  Duration needed{};
  Duration fixed{};
  for (const Host* const host : path_) {
    const LinkSettings& link = settings_from(from, *host);
    needed += draw_delay(link, random_);
    fixed += link.delay;
  }
  const auto is_lost = [&](const Host* host) {
    return random_.chance(settings_from(from, *host).loss);
  };
  Duration timeout = std::max<Duration>(200ms, fixed * 2);
  for (int tries = 0; tries < 6 && std::ranges::any_of(path_, is_lost); ++tries) {
    needed += timeout;
    timeout *= 2;
  }
  return needed;
}

// What `from` sends goes up the links of its own side and down that of the other.
const LinkSettings& StreamLink::settings_from(const StreamEnd& from, const Host& host) const {
  const bool of_dialler = &from == &ends_[0];
  const bool at_acceptor = &host == path_.back();
  return of_dialler == at_acceptor ? host.down() : host.up();
}

// ----- at the far end

void StreamLink::arrive(StreamEnd& from) {
  if (events_.now() < stalled_until_) {
    return events_.at(stalled_until_ + transit(from), from.lane_,
                      [self = shared_from_this(), &from] { self->arrive(from); });
  }
  if (from.in_flight_.empty()) return;  // cut meanwhile
  StreamEnd::Segment segment = std::move(from.in_flight_[from.arrived_]);
  if (++from.arrived_ * 2 >= from.in_flight_.size()) {
    const auto begin = from.in_flight_.begin();
    from.in_flight_.erase(begin, begin + static_cast<std::ptrdiff_t>(from.arrived_));
    from.arrived_ = 0;
  }
  StreamEnd& end = *from.other_;
  switch (segment.kind) {
    case StreamEnd::Segment::Kind::accept:
      return on_handshake_done();
    case StreamEnd::Segment::Kind::reset:
      return lose(end);
    case StreamEnd::Segment::Kind::end:
      end.end_arrived_ = true;
      return read(end);
    case StreamEnd::Segment::Kind::bytes:
      if (end.closed_) return bounce(from, segment.octets.size());
      if (end.unread_.empty()) {
        end.unread_ = std::move(segment.octets);
      } else {
        append(end.unread_, segment.octets);
      }
      return read(end);
  }
}

// Octets for an end that reads no more: a reset, once what that end had to say is under way.
void StreamLink::bounce(StreamEnd& from, std::size_t octets) {
  StreamEnd& end = *from.other_;
  from.in_window_ -= octets;
  if (!end.end_sent_ || end.bounced_) return plan_pump(from);
  end.bounced_ = true;
  launch(end, StreamEnd::Segment::Kind::reset, {});
}

void StreamLink::plan_read(StreamEnd& end) {
  events_.after({}, end.lane_, [self = shared_from_this(), &end] { self->read(end); });
}

void StreamLink::read(StreamEnd& end) {
  StreamEnd& writer = *end.other_;
  while (end.paused_ == 0 && !end.closed_ && !silent_) {
    const std::size_t there = end.unread_.size() - end.unread_taken_;
    if (there == 0) break;
    const std::size_t count = std::min(draw_chunk(there), writer.cut_after_);
    if (count != 0) hand_over(end, count);
    if (writer.cut_after_ == 0) return cut();
  }
  if (end.unread_taken_ == end.unread_.size()) {
    end.unread_.clear();
    end.unread_taken_ = 0;
    if (end.paused_ == 0) tell_end(end);
  }
}

void StreamLink::hand_over(StreamEnd& end, std::size_t count) {
  StreamEnd& writer = *end.other_;
  const bool whole = count == end.unread_.size();
  const Bytes chunk = whole ? std::exchange(end.unread_, {})
                            : to_bytes(ByteView(end.unread_).subspan(end.unread_taken_, count));
  if (!whole) end.unread_taken_ += count;
  if (writer.cut_after_ != SIZE_MAX) writer.cut_after_ -= count;
  acknowledge(writer, count);
  note(TraceKind::stream_bytes, writer, chunk);
  if (end.events.bytes) end.events.bytes(chunk);
}

void StreamLink::acknowledge(StreamEnd& writer, std::size_t count) {
  StreamEnd& reader = *writer.other_;
  if (paced_) {
    return events_.after(transit(reader), writer.lane_,
                         [self = shared_from_this(), &writer, count] {
                           writer.in_window_ -= count;
                           if (writer.queued() != 0) self->plan_pump(writer);
                         });
  }
  writer.in_window_ -= count;
  if (writer.queued() != 0) plan_pump(writer, transit(reader));
}

void StreamLink::tell_end(StreamEnd& end) {
  if (!end.end_arrived_ || end.end_told_ || end.closed_) return;
  end.end_told_ = true;
  note(TraceKind::stream_ended, *end.other_);
  if (end.events.end_of_stream) end.events.end_of_stream();
}

// Most reads take what is there; some cut it anywhere, a few take a handful of octets.
std::size_t StreamLink::draw_chunk(std::size_t available) {
  constexpr std::size_t kRead = 16 * 1024;
  available = std::min(available, kRead);
  if (!options_.rechunk) return available;
  const auto fate = random_.below(16);
  if (fate < 2) return std::min<std::size_t>(available, 1 + random_.below(8));
  if (fate < 6) return 1 + random_.below(available);
  return available;
}

void StreamLink::note(TraceKind kind, const StreamEnd& from, ByteView payload) {
  trace_.add({events_.now(), kind, from.local_, from.other_->local_, payload, {}});
}

}  // namespace fullcone::sim
