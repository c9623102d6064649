// A schema as a commented file: every key with its meaning, what it may be, and its default. A line
// that begins with "#" and no space is a setting left at its default, or unset.
#pragma once

#include <string>

#include "app/schema.hpp"

namespace fullcone::config {

std::string sample_of(const Schema& schema);

}  // namespace fullcone::config
