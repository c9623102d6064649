#include "conformance/text_file.hpp"

#include <fstream>
#include <iterator>

namespace fullcone::conformance {

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw FileError(file.string() + ": cannot be read");
  return text;
}

}  // namespace fullcone::conformance
