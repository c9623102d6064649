// The golden vectors of conformance/SPEC.md, checked group by group: the group of `bad-hdr-version`
// is `hdr`. A group's test gives one check for each name. For tests.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "base/bytes.hpp"

namespace fullcone {

using GoldenCheck = std::function<void(const Bytes& vector)>;
using GoldenChecks = std::map<std::string, GoldenCheck>;

// Runs each vector of `groups` through the check of its name. Fails on a vector without a check,
// and on a check without a vector.
void expect_golden_vectors(const std::set<std::string>& groups, const GoldenChecks& checks);

}  // namespace fullcone
