#include "simulator/raw_listener.hpp"

#include <utility>

namespace fullcone::sim {

RawListener::RawListener(Network& network, const Endpoint& endpoint)
    : network_(network), endpoint_(endpoint) {
  start();
}

void RawListener::start() {
  network_.listen(endpoint_, [this](std::shared_ptr<StreamEnd> end) {
    RawStream& stream = streams_.emplace_back(std::move(end), RawStream::State::open);
    if (on_connection) on_connection(stream);
  });
}

RawStream* RawListener::accept() {
  if (waiting() == 0) return nullptr;
  return &streams_[accepted_++];
}

}  // namespace fullcone::sim
