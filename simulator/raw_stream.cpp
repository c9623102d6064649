#include "simulator/raw_stream.hpp"

#include <utility>

namespace fullcone::sim {

RawStream::RawStream(std::shared_ptr<StreamEnd> end, State state)
    : end_(std::move(end)), state_(state) {
  end_->events = {
      .bytes =
          [this](ByteView octets) {
            append(received_, octets);
            become(state_);
          },
      .written = {},
      .end_of_stream = [this] { become(State::ended); },
      .lost =
          [this] {
            reset_ = true;
            become(state_ == State::ended ? State::ended : State::lost);
          },
      .connected = [this] { become(State::open); },
      .failed = [this](ConnectFailure) { become(State::failed); },
  };
}

RawStream::~RawStream() { end_->events = {}; }

void RawStream::send(ByteView octets) { end_->send(octets); }
void RawStream::half_close() { end_->half_close(); }
void RawStream::close_clean() { end_->close(CloseKind::clean); }
void RawStream::cut() { end_->close(CloseKind::abort); }

Bytes RawStream::take() { return std::exchange(received_, {}); }

Bytes RawStream::take(std::size_t count) {
  if (received_.size() < count) return {};
  const auto end = received_.begin() + static_cast<std::ptrdiff_t>(count);
  Bytes taken(received_.begin(), end);
  received_.erase(received_.begin(), end);
  return taken;
}

void RawStream::become(State state) {
  state_ = state;
  if (on_change) on_change(*this);
}

}  // namespace fullcone::sim
