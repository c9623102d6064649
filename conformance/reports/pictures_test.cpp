// Sequence charts, hex dumps and the picture of a NAT type.
#include <gtest/gtest.h>

#include "conformance/reports/hex_dump.hpp"
#include "conformance/reports/nat_picture.hpp"
#include "conformance/reports/report_testing.hpp"
#include "conformance/reports/sequence_chart.hpp"

namespace fullcone::conformance {
namespace {

TEST(SequenceChart, HasALifelineForEachPartyAndAnArrowForEachMessage) {
  const auto journal = result_of(kMust, Verdict::fail).evidence.journal;
  const std::string svg = sequence_chart(journal, "a & b");
  EXPECT_EQ(count(svg, "class=\"life"), 4u);  // the subject's too
  EXPECT_EQ(count(svg, "class=\"arrow\""), 3u);
  EXPECT_EQ(count(svg, "class=\"remark\""), 1u);
  EXPECT_EQ(count(svg, "class=\"time\""), 4u);
  EXPECT_NE(svg.find("aria-label=\"a &amp; b\""), std::string::npos);
  EXPECT_EQ(svg.find("<script>"), std::string::npos);
}

TEST(SequenceChart, PeersStandBeyondTheSubject) {
  const std::string svg =
      sequence_chart({{1ms, JournalEntry::Kind::sent, "peer 1", "x", ""},
                      {1ms, JournalEntry::Kind::received, "channel 1", "x", ""}},
                     "");
  const auto channel = svg.find(">channel 1<"), subject = svg.find(">subject<"),
             peer = svg.find(">peer 1<");
  EXPECT_LT(channel, subject);
  EXPECT_LT(subject, peer);
}

TEST(SequenceChart, IsEmptyWhereNothingPassed) {
  EXPECT_EQ(sequence_chart({{1ms, JournalEntry::Kind::remark, "", "waits", ""}}, ""), "");
}

TEST(HexDump, ShowsOffsetsOctetsAndText) {
  EXPECT_EQ(hex_dump(""), "");
  EXPECT_EQ(hex_dump("hello, world 123\n\x7f"),
            "0000  68 65 6c 6c 6f 2c 20 77 6f 72 6c 64 20 31 32 33  |hello, world 123|\n"
            "0010  0a 7f                                            |..|\n");
}

// The filtering's port A is there too.
TEST(NatPicture, MappingDecidesWhichPortsAreSeen) {
  const auto ports = [](Dependence mapping) {
    const std::string svg = nat_picture({mapping, Dependence::endpoint_independent, {}});
    return std::array{count(svg, ">port A<"), count(svg, ">port B<"), count(svg, ">port C<")};
  };
  EXPECT_EQ(ports(Dependence::endpoint_independent), (std::array<std::size_t, 3>{4, 0, 0}));
  EXPECT_EQ(ports(Dependence::address_dependent), (std::array<std::size_t, 3>{3, 1, 0}));
  EXPECT_EQ(ports(Dependence::address_and_port_dependent), (std::array<std::size_t, 3>{2, 1, 1}));
}

TEST(NatPicture, FilteringDecidesWhoGetsIn) {
  const auto barred = [](Dependence filtering) {
    return count(nat_picture({Dependence::endpoint_independent, filtering, {}}), "\"barred\"");
  };
  EXPECT_EQ(barred(Dependence::endpoint_independent), 0u);
  EXPECT_EQ(barred(Dependence::address_dependent), 1u);
  EXPECT_EQ(barred(Dependence::address_and_port_dependent), 2u);
}

TEST(NatPicture, KnowsTheOldNames) {
  constexpr auto kAny = Dependence::endpoint_independent, kAddress = Dependence::address_dependent,
                 kBoth = Dependence::address_and_port_dependent;
  EXPECT_EQ(nat_name({kAny, kAny, {}}), "full cone");
  EXPECT_EQ(nat_name({kAny, kAddress, {}}), "restricted cone");
  EXPECT_EQ(nat_name({kAny, kBoth, {}}), "port-restricted cone");
  EXPECT_EQ(nat_name({kBoth, kBoth, {}}), "symmetric");
  EXPECT_EQ(nat_name({kBoth, kAny, {}}),
            "address-and-port-dependent mapping, endpoint-independent filtering");
}

}  // namespace
}  // namespace fullcone::conformance
