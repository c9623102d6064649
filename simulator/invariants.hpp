// What must hold of the two cores after every fact, and when everyone has left.
#pragma once

#include "base/time.hpp"
#include "core/client.hpp"
#include "core/server.hpp"
#include "simulator/findings.hpp"
#include "simulator/reference_model.hpp"

namespace fullcone::sim {

// The counters add up, and tell what the model saw: each datagram is counted where it ends.
void check_counters(const ServerCounters& counters, const ReferenceModel& model, TimePoint now,
                    Findings& findings);
void check_counters(const ClientCounters& counters, TimePoint now, Findings& findings);

// No connection, session, mapping or timer is left; in the model neither.
void check_nothing_left(const Server& core, const ReferenceModel& model, TimePoint now,
                        Findings& findings);
void check_nothing_left(const Client& core, TimePoint now, Findings& findings);

}  // namespace fullcone::sim
