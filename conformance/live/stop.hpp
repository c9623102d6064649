// What ends a run early from outside: SIGINT, SIGTERM, or the time that it was given. A second
// signal ends the program at once.
#pragma once

#include <atomic>

#include "base/time.hpp"

namespace fullcone::conformance {

// From now on signals set the flag that is returned, for good.
const std::atomic<bool>& stop_on_signals();
// As a signal would, once `limit` is over.
void stop_after(Duration limit);
// SIGINT or SIGTERM; SIGALRM: the time is over; 0: nothing has come.
int stopping_signal();

}  // namespace fullcone::conformance
