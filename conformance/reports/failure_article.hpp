// One failure as a piece of the HTML report: what was expected and seen, what passed before as a
// chart and as a table, octet by octet.
#pragma once

#include <string>

#include "conformance/report.hpp"

namespace fullcone::conformance {

std::string failure_article(const CaseResult& result);

}  // namespace fullcone::conformance
