// A file that grows by lines, each of them there for others as soon as it is written.
#pragma once

#include <filesystem>
#include <fstream>
#include <string_view>

namespace fullcone::conformance {

class LineFile {
 public:
  // Empties it. Throws std::runtime_error when it cannot be written, as write() does.
  explicit LineFile(std::filesystem::path file);
  // `lines` end with a newline.
  void write(std::string_view lines);

 private:
  std::filesystem::path file_;
  std::ofstream out_;
};

}  // namespace fullcone::conformance
