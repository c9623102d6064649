// A journal as a sequence chart: a lifeline for the subject and one for each of the suite's
// parties, an arrow for each thing that passed, time going down. Inline SVG; page.css has its
// colours.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/bed/journal.hpp"

namespace fullcone::conformance {

// `title` says what it shows, for who does not see it. Empty where nothing passed.
std::string sequence_chart(const std::vector<JournalEntry>& journal, std::string_view title);

}  // namespace fullcone::conformance
