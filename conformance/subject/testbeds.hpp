// From a command line to the subjects that it names: the one place that knows live and simulated
// testbeds alike.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "conformance/command_line.hpp"
#include "conformance/testbed.hpp"

namespace fullcone::conformance {

using Testbeds = std::vector<std::unique_ptr<Testbed>>;

// Those that `line` asks to be judged, in order. Throws SubjectGone, std::runtime_error.
Testbeds make_testbeds(const CommandLine& line);
// Our own core in the same role as the live subject of `line`.
std::unique_ptr<Testbed> simulated_counterpart(const CommandLine& line);

// Calls `act` with what `arguments`, without the program's name, say. Of `target FILE` that is the
// file's own command line, while its programs run; of `parity …` that of the live subject. Returns
// what `act` does, or how the program ends when nothing is left to do.
int with_command_line(const std::vector<std::string>& arguments,
                      const std::function<int(const CommandLine&)>& act);

}  // namespace fullcone::conformance
