// A folder of the suite's own, gone when it ends.
#pragma once

#include <filesystem>
#include <string_view>

namespace fullcone::conformance {

class Folder {
 public:
  Folder();  // throws std::runtime_error
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// The last lines of what a program printed.
std::string tail_of(const std::filesystem::path& log);

}  // namespace fullcone::conformance
