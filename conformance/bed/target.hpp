// A TCP server of the suite's, for the subject to dial. A handle: copies are the same target.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "conformance/bed/connection.hpp"

namespace fullcone::conformance {

class TcpTarget {
 public:
  TcpTarget(Bed& bed, std::unique_ptr<Target> target);

  Endpoint endpoint() const { return state_->target->endpoint(); }
  // The next connection; ends the case when nobody dials.
  Connection accept() const;
  operator Party() const;

 private:
  struct State {
    Bed& bed;
    std::unique_ptr<Target> target;
    std::string name;
    std::deque<std::unique_ptr<Stream>> accepted;
    void look();
  };
  std::shared_ptr<State> state_;
};

}  // namespace fullcone::conformance
