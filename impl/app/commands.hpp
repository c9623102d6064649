// The command line of `fullcone`.
#pragma once

#include <string>

namespace fullcone {

// Returns the exit code: 0 done, 1 failed while running, 2 usage or configuration error. Messages
// go to standard error; nothing is thrown.
int run_command(int argc, const char* const* argv, const std::string& version);

}  // namespace fullcone
