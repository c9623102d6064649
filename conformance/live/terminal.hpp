#pragma once

namespace fullcone::conformance {

// Whether standard output is a terminal that wants colour (NO_COLOR: it does not).
bool stdout_is_coloured();

}  // namespace fullcone::conformance
