#include "conformance/live/folder.hpp"

#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace fullcone::conformance {

namespace fs = std::filesystem;

Folder::Folder() {
  std::string name = (fs::temp_directory_path() / "fullcone-conformance-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string tail_of(const fs::path& log) {
  std::ifstream in(log);
  const std::string all{std::istreambuf_iterator<char>(in), {}};
  constexpr std::size_t kMost = 600;
  return all.size() <= kMost ? all : "…" + all.substr(all.size() - kMost);
}

}  // namespace fullcone::conformance
