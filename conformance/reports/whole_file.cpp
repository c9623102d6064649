#include "conformance/reports/whole_file.hpp"

#include <fstream>
#include <stdexcept>
#include <system_error>

namespace fullcone::conformance {

void write_whole(const std::filesystem::path& file, std::string_view text) {
  auto beside = file;
  beside += ".part";
  {
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    out << text << std::flush;
    if (!out) throw std::runtime_error("cannot write " + beside.string());
  }
  std::error_code error;
  std::filesystem::rename(beside, file, error);
  if (error) throw std::runtime_error("cannot write " + file.string() + ": " + error.message());
}

}  // namespace fullcone::conformance
