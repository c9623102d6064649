#include "simulator/invariants.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace fullcone::sim {
namespace {

struct Check {
  TimePoint now;
  Findings& findings;

  void equal(std::uint64_t a, std::uint64_t b, std::string_view what) const {
    if (a == b) return;
    findings.add(now, "INVARIANT",
                 std::string(what) + ": " + std::to_string(a) + " and not " + std::to_string(b));
  }
};

}  // namespace

void check_counters(const ServerCounters& counters, const ReferenceModel& model, TimePoint now,
                    Findings& findings) {
  const Check check{now, findings};
  const ServerCounters& c = counters;
  check.equal(c.frames_ended(), c.frames_in, "frames that ended somewhere");
  check.equal(c.datagrams_ended(), c.datagrams_in, "datagrams that ended somewhere");
  check.equal(model.delivered_on_channel(), c.delivered_on_channel, "frames delivered");
  check.equal(model.delivered_on_crumfurs(), c.delivered_on_crumfurs, "UMFURS delivered");
  check.equal(model.sent(), c.datagrams_sent, "datagrams sent");
}

void check_counters(const ClientCounters& counters, TimePoint now, Findings& findings) {
  Check{now, findings}.equal(counters.from_app_ended(), counters.from_app,
                             "datagrams of apps that ended somewhere");
}

void check_nothing_left(const Server& core, const ReferenceModel& model, TimePoint now,
                        Findings& findings) {
  const Check check{now, findings};
  check.equal(core.connections(), 0, "the server's connections at the end");
  check.equal(core.sessions(), 0, "its sessions at the end");
  check.equal(core.mappings(), 0, "its mappings at the end");
  check.equal(core.timers(), 0, "its timers at the end");
  check.equal(core.counters().queued_in_grace, 0, "its queued messages at the end");
  check.equal(core.counters().sessions_ended, core.counters().sessions_begun, "sessions ended");
  check.equal(model.connections() + model.sessions() + model.ports(), 0,
              "what the model still knows at the end");
}

void check_nothing_left(const Client& core, TimePoint now, Findings& findings) {
  const Check check{now, findings};
  check.equal(core.locals(), 0, "the client's local connections at the end");
  check.equal(core.server_connections(), 0, "its server connections at the end");
  check.equal(core.timers(), 0, "its timers at the end");
  check.equal(core.counters().waiting, 0, "its waiting datagrams at the end");
  check.equal(core.counters().associations_ended, core.counters().associations_begun,
              "associations ended");
}

}  // namespace fullcone::sim
