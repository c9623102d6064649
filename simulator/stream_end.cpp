// What the owner of one end of a stream does: sends, ends, closes, and reads or does not.
#include "simulator/stream_link.hpp"

namespace fullcone::sim {

const Endpoint& StreamEnd::remote() const { return other_->local_; }

void StreamEnd::send(ByteView head, ByteView octets) {
  const std::size_t count = head.size() + octets.size();
  if (closed_ || end_wanted_ || count == 0) return;
  if (queue_.empty()) queue_.reserve(count);
  append(queue_, head);
  append(queue_, octets);
  link_->plan_pump(*this);
}

void StreamEnd::half_close() {
  if (closed_ || end_wanted_) return;
  end_wanted_ = true;
  link_->plan_pump(*this);
}

void StreamEnd::close(CloseKind kind) {
  if (closed_) return;
  closed_ = true;
  link_->note(TraceKind::stream_closed, *this);
  drop_input();
  if (kind == CloseKind::clean) {
    end_wanted_ = true;
    link_->plan_pump(*this);
    return;
  }
  drop_output();
  if (up_) link_->launch(*this, Segment::Kind::reset, {});
}

void StreamEnd::pause(Pause why) {
  paused_ = static_cast<std::uint8_t>(paused_ | static_cast<std::uint8_t>(why));
}

void StreamEnd::resume(Pause why) {
  if (paused_ == 0) return;
  paused_ = static_cast<std::uint8_t>(paused_ & ~static_cast<std::uint8_t>(why));
  if (paused_ == 0) link_->plan_read(*this);
}

void StreamEnd::drop_output() {
  queue_.clear();
  queue_taken_ = 0;
  end_wanted_ = false;
}

// What was unread makes room: more may come, and be bounced.
void StreamEnd::drop_input() {
  other_->in_window_ -= unread_.size() - unread_taken_;
  unread_.clear();
  unread_taken_ = 0;
  link_->plan_pump(*other_);
}

}  // namespace fullcone::sim
