#pragma once

namespace fullcone::conformance {

// Whether standard output is a terminal that wants colour (NO_COLOR: it does not).
bool stdout_is_coloured();
// Whether it is one whose lines can be written again.
bool stdout_is_terminal();

}  // namespace fullcone::conformance
