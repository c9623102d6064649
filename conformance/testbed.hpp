// Where cases run: something that holds a subject and lends each case a network with it inside.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "conformance/bed/bed.hpp"
#include "conformance/bed/network.hpp"
#include "conformance/rules.hpp"

namespace fullcone::conformance {

class Testbed {
 public:
  virtual ~Testbed() = default;
  virtual Side side() const = 0;
  virtual bool is_simulated() const = 0;
  // Whether datagrams may get lost on the way to and from the subject.
  virtual bool may_lose() const { return !is_simulated(); }
  // What is being judged, for reports: "server 192.0.2.1:443".
  virtual std::string subject() const = 0;
  virtual const SubjectFacts& facts() const = 0;
  // A network for one case, good until the next begin(). Throws SubjectGone.
  virtual Network& begin(std::uint64_t seed) = 0;
  // Another one of the same subject, whose cases run at the same time as this one's in a thread of
  // their own; nullptr: they would meet.
  virtual std::unique_ptr<Testbed> another() { return nullptr; }
};

}  // namespace fullcone::conformance
