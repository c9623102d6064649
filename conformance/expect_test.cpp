#include "conformance/expect.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace fullcone::conformance {
namespace {

// Google Test has an EXPECT_… for everything but a plain EXPECT, so the two get along.

template <class Body>
Unmet unmet_of(Body&& body) {
  try {
    body();
  } catch (const Unmet& unmet) {
    return unmet;
  }
  ADD_FAILURE() << "it held";
  return {};
}

TEST(Expect, WhatHoldsGoesOn) {
  EXPECT(1 == 1);
  EXPECT(1 != 2);
  EXPECT(2 <= 2);
  EXPECT(std::string("hello") == "hello");
  EXPECT((Finding{true, "silence"}));
}

TEST(Expect, BothSidesAreEvidence) {
  const std::string came = "hi";
  const Unmet unmet = unmet_of([&] { EXPECT(came == "hello"); });
  EXPECT_EQ(unmet.expected, "came == \"hello\"");
  EXPECT_EQ(unmet.seen, "\"hi\" (2 octets: 6869), against \"hello\" (5 octets: 68656c6c6f)");
  EXPECT_FALSE(unmet.missing);
}

TEST(Expect, TheSourceIsNamedFromTheRepositorysRoot) {
  EXPECT_EQ(unmet_of([] { EXPECT(1 == 2); }).where.find("conformance/expect_test.cpp:"), 0u);
}

TEST(Expect, AFindingSaysWhatWasSeen) {
  const Finding noise{false, "channel 1 heard something"};
  EXPECT_EQ(unmet_of([&] { EXPECT(noise); }).seen, "channel 1 heard something");
}

TEST(Describe, WordsAndHex) {
  EXPECT_EQ(describe(std::string_view("\0\1", 2)), "(2 octets: 0001)");
  EXPECT_EQ(describe(""), "\"\" (no octets)");
  EXPECT_EQ(describe(Bytes{0xde, 0xad}), "2 octets: dead");
  EXPECT_EQ(describe(Datagram{{IpAddress::v4(192, 0, 2, 1), 53}, "x"}),
            "\"x\" (1 octets: 78) from 192.0.2.1:53");
  EXPECT_EQ(describe(std::optional<int>()), "nothing");
}

TEST(Describe, LongPayloadsAreCut) {
  const std::string text = describe(std::string(1000, 'a'));
  EXPECT_LT(text.size(), 250u);
  EXPECT_NE(text.find("1000 octets"), std::string::npos);
  EXPECT_NE(text.find("and 952 more"), std::string::npos);
}

}  // namespace
}  // namespace fullcone::conformance
