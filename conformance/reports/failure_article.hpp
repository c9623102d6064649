// One failure as a piece of the HTML report: what was expected and seen, what passed before as a
// chart and as a table, octet by octet.
#pragma once

#include <string>
#include <string_view>

#include "conformance/report.hpp"

namespace fullcone::conformance {

// `key` is the result's in the report, and part of its address there.
std::string failure_article(const CaseResult& result, std::string_view key);

}  // namespace fullcone::conformance
