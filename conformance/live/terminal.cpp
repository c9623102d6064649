#include "conformance/live/terminal.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace fullcone::conformance {

bool stdout_is_coloured() { return stdout_is_terminal() && std::getenv("NO_COLOR") == nullptr; }

bool stdout_is_terminal() {
  const char* const kind = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && (kind == nullptr || std::string_view(kind) != "dumb");
}

}  // namespace fullcone::conformance
