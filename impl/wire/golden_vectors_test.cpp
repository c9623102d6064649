// Reads the golden vectors out of conformance/SPEC.md, whose place the build tells, and runs them
// through the checks of the golden_*_test.cpp files. No vector may belong to none of these.
#include "wire/golden_vectors_testing.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/hex_testing.hpp"

namespace fullcone {
namespace {

const std::set<std::string> kCheckedGroups{"hdr",    "response", "frame", "crumfurs",
                                           "umfurs", "mux",      "socks"};

using GoldenVectors = std::map<std::string, Bytes>;

// Each is a block ```vector whose first line is `name: …`; of every further line the hex counts,
// up to two blanks and a comment.
GoldenVectors read_golden_vectors() {
  GoldenVectors vectors;
  std::ifstream spec(FULLCONE_SPEC);
  EXPECT_TRUE(spec.is_open()) << FULLCONE_SPEC;
  Bytes* open = nullptr;
  for (std::string line; std::getline(spec, line);) {
    if (line == "```vector") {
      std::getline(spec, line);
      EXPECT_TRUE(line.starts_with("name: ")) << line;
      const std::string name = line.substr(line.find(' ') + 1);
      EXPECT_FALSE(vectors.contains(name)) << name;
      open = &vectors[name];
    } else if (line == "```") {
      open = nullptr;
    } else if (open != nullptr) {
      append(*open, hex(line.substr(0, line.find("  "))));
    }
  }
  return vectors;
}

std::string group_of(const std::string& name) {
  const std::string_view bad = "bad-";
  const auto start = name.starts_with(bad) ? bad.size() : 0;
  return name.substr(start, name.find('-', start) - start);
}

TEST(GoldenVectors, EachBelongsToAGroup) {
  const auto vectors = read_golden_vectors();
  EXPECT_FALSE(vectors.empty());
  for (const auto& [name, octets] : vectors) {
    EXPECT_TRUE(kCheckedGroups.contains(group_of(name))) << name;
    EXPECT_FALSE(octets.empty()) << name;
  }
}

}  // namespace

void expect_golden_vectors(const std::set<std::string>& groups, const GoldenChecks& checks) {
  const auto vectors = read_golden_vectors();
  for (const auto& [name, octets] : vectors) {
    if (!groups.contains(group_of(name))) continue;
    SCOPED_TRACE(name);
    const auto check = checks.find(name);
    if (check == checks.end()) {
      ADD_FAILURE() << "no check of this name";
    } else {
      check->second(octets);
    }
  }
  for (const auto& [name, check] : checks) EXPECT_TRUE(vectors.contains(name)) << name;
}

}  // namespace fullcone
