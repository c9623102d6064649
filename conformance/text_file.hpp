// Files that the suite is handed, and what is wrong with one.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace fullcone::conformance {

// The message begins with "FILE:LINE: " where a line is to blame.
struct FileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws FileError.
std::string read_text(const std::filesystem::path& file);

}  // namespace fullcone::conformance
