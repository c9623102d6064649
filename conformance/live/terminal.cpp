#include "conformance/live/terminal.hpp"

#include <unistd.h>

#include <cstdlib>

namespace fullcone::conformance {

bool stdout_is_coloured() {
  return ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
}

}  // namespace fullcone::conformance
