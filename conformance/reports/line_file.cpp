#include "conformance/reports/line_file.hpp"

#include <stdexcept>
#include <utility>

namespace fullcone::conformance {

LineFile::LineFile(std::filesystem::path file)
    : file_(std::move(file)), out_(file_, std::ios::binary | std::ios::trunc) {
  write("");
}

void LineFile::write(std::string_view lines) {
  out_ << lines << std::flush;
  if (!out_) throw std::runtime_error("cannot write " + file_.string());
}

}  // namespace fullcone::conformance
