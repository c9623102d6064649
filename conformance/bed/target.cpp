#include "conformance/bed/target.hpp"

#include <utility>

namespace fullcone::conformance {

TcpTarget::TcpTarget(Bed& bed, std::unique_ptr<Target> target)
    : state_(std::make_shared<State>(State{bed, std::move(target), {}, {}})) {
  state_->name =
      "target " + std::to_string(bed.next_number("target")) + " (" + endpoint().to_string() + ')';
}

void TcpTarget::State::look() {
  while (auto stream = target->accept()) accepted.push_back(std::move(stream));
}

Connection TcpTarget::accept() const {
  const bool dialled = state_->bed.wait_until([&] {
    state_->look();
    return !state_->accepted.empty();
  });
  if (!dialled) throw Unmet{"a connection at " + state_->name, "none", "", true};
  state_->bed.received(state_->name, "a connection");
  auto stream = std::move(state_->accepted.front());
  state_->accepted.pop_front();
  return Connection(state_->bed, std::move(stream), state_->name);
}

TcpTarget::operator Party() const {
  const TcpTarget target = *this;
  return {state_->name,
          [target]() -> std::optional<std::string> {
            target.state_->look();
            if (target.state_->accepted.empty()) return std::nullopt;
            return "a connection";
          },
          [target] { target.state_->accepted.pop_front(); },
          {}};
}

}  // namespace fullcone::conformance
