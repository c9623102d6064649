// The way to a TCP target on the server: its name resolved, its addresses dialled one after
// another, each in its time, as far as policy admits them. Rules: TCP-3, EGRESS-1.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>

#include "base/time.hpp"
#include "core/egress_policy.hpp"
#include "core/ids.hpp"
#include "core/server_actions.hpp"
#include "wire/address.hpp"

namespace fullcone {

class TargetDial {
 public:
  struct Options {
    const EgressPolicy* egress = nullptr;  // nullptr: any address (the fallback)
    Duration timeout{};                    // of one address, and of the resolution
    std::uint64_t* denials = nullptr;      // counts what policy keeps out, where there is one
  };
  enum class Outcome : std::uint8_t {
    pending,
    failed,  // nothing resolved, or nothing answered
    denied,  // policy admits none of the addresses
  };

  TargetDial(TargetId target, Options options) : target_(target), options_(options) {}

  Outcome start(const Destination& destination, TimePoint now, ServerActions& out);
  Outcome on_resolved(std::span<const IpAddress> addresses, TimePoint now, ServerActions& out);
  // False: it is not awaited.
  bool on_connected();
  // The driver has forgotten the target: the next address is dialled.
  Outcome on_failed(TimePoint now, ServerActions& out);
  Outcome on_deadline(TimePoint now, ServerActions& out);
  std::optional<TimePoint> deadline() const { return deadline_; }

  // Whether the driver dials or holds a target.
  bool has_target() const { return has_target_; }
  void target_is_gone() { has_target_ = false; }

 private:
  enum class Phase : std::uint8_t { resolving, dialling, done };

  Outcome dial_next(TimePoint now, ServerActions& out);

  TargetId target_;
  Options options_;
  Phase phase_ = Phase::resolving;
  std::uint16_t port_ = 0;
  std::deque<Endpoint> candidates_;  // not dialled yet
  bool has_target_ = false;
  std::optional<TimePoint> deadline_;
};

}  // namespace fullcone
