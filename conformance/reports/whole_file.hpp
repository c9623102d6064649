// A file that is whole whenever somebody looks: it is written beside itself and moved into place.
#pragma once

#include <filesystem>
#include <string_view>

namespace fullcone::conformance {

// Throws std::runtime_error when `file` cannot be written.
void write_whole(const std::filesystem::path& file, std::string_view text);

}  // namespace fullcone::conformance
