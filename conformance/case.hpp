// A conformance case: one thing that a rule of SPEC.md (or RFC4787.md) demands, or forbids, as a
// story told to a testbed. Cases register themselves; a file of them is linked whole.
//
//   CASE("CONE-5.stranger", "An unknown source reaches the client by CRUMFURS.") {
//     auto session = bed.open_session();
//     …
//   }
//
// CASE judges a server and has `ServerBed& bed`, CLIENT_CASE a client and has `ClientBed& bed`,
// NAT_CASE what stands between an inside and an outside and has `NatBed& bed`.
// The id is the rule's, a dot and a name; the text is why it matters, in one line. What follows
// are Traits, e.g. `.profile = "v0"`.
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "conformance/bed/client_bed.hpp"
#include "conformance/bed/nat_bed.hpp"
#include "conformance/bed/server_bed.hpp"
#include "conformance/expect.hpp"
#include "conformance/rules.hpp"

namespace fullcone::conformance {

struct Traits {
  std::string_view profile = "vless-v1";
  // Why the case makes sense on one kind of testbed only; empty: on both.
  std::string_view simulated_only = "";
  std::string_view live_only = "";
  // What a client that it judges has to be configured for.
  ClientMode mode = ClientMode::isolated;
  // It takes from a live subject what others need; no other case may run beside it.
  bool alone = false;
};

struct Case {
  std::string_view id;
  std::string_view why;
  std::variant<void (*)(ServerBed&), void (*)(ClientBed&), void (*)(NatBed&)> body;
  Traits traits;
  std::string_view file;
  int line = 0;

  std::string_view rule() const { return id.substr(0, id.find('.')); }
  Side side() const { return static_cast<Side>(body.index()); }
  // Of its rule.
  Level level() const;
};

// All of them: the server's, the client's, the NAT's, each in the order of the rules. Throws
// std::logic_error when two share an id or one names no rule.
const std::vector<Case>& all_cases();

struct CaseRegistration {
  explicit CaseRegistration(const Case& registered);
};

}  // namespace fullcone::conformance

#define CONFORMANCE_CASE(bed_type, name, id, why, ...)                                     \
  static void name([[maybe_unused]] bed_type& bed);                                        \
  static const ::fullcone::conformance::CaseRegistration name##_registration{              \
      {id, why, &name, ::fullcone::conformance::Traits{__VA_ARGS__}, __FILE__, __LINE__}}; \
  static void name([[maybe_unused]] bed_type& bed)
#define CONFORMANCE_CASE_NUMBERED(bed_type, number, id, why, ...) \
  CONFORMANCE_CASE(bed_type, case_##number, id, why __VA_OPT__(, ) __VA_ARGS__)
#define CONFORMANCE_CASE_AT(bed_type, number, ...) \
  CONFORMANCE_CASE_NUMBERED(bed_type, number, __VA_ARGS__)

#define CASE(...) CONFORMANCE_CASE_AT(::fullcone::conformance::ServerBed, __LINE__, __VA_ARGS__)
#define CLIENT_CASE(...) \
  CONFORMANCE_CASE_AT(::fullcone::conformance::ClientBed, __LINE__, __VA_ARGS__)
#define NAT_CASE(...) CONFORMANCE_CASE_AT(::fullcone::conformance::NatBed, __LINE__, __VA_ARGS__)
