// Silence, and the handles that cases hold, on the simulated server.
#include "conformance/bed/bed.hpp"

#include <gtest/gtest.h>

#include "conformance/bed/server_bed.hpp"
#include "conformance/simulated/simulated_testbed.hpp"

namespace fullcone::conformance {
namespace {

class BedTest : public testing::Test {
 protected:
  SimulatedTestbed testbed_{Side::server};
  Pace pace_ = kSimulatedPace;
  Network& network_ = testbed_.begin(7);
  ServerBed bed_{network_, testbed_.facts(), pace_, 7};
};

TEST_F(BedTest, CalibrationMeasuresTheRoundTrip) {
  bed_.calibrate(false);
  EXPECT_GT(pace_.round_trip, 10ms);  // four links of 5 ms
  EXPECT_LT(pace_.round_trip, 1s);
}

TEST_F(BedTest, SilenceIsSilence) {
  const auto [session, peer, channel, port] = bed_.session_with_peer();
  EXPECT_TRUE(bed_.stays_silent({channel, session.crumfurs(), peer}));
  EXPECT_TRUE(bed_.stays_silent({channel, session.crumfurs(), peer}));  // markers are gone
}

TEST_F(BedTest, SilenceIsBrokenByWhatIsUnderWay) {
  const auto [session, peer, channel, port] = bed_.session_with_peer();
  peer.send_to(port, "noise");
  const Finding finding = bed_.stays_silent({channel, session.crumfurs()});
  EXPECT_FALSE(finding);
  EXPECT_NE(finding.seen.find("\"noise\""), std::string::npos) << finding.seen;
}

TEST_F(BedTest, SilenceIsBrokenByAnEnd) {
  const auto [session, peer, channel, port] = bed_.session_with_peer();
  session.crumfurs().close();
  EXPECT_FALSE(bed_.stays_silent({channel}));
}

TEST_F(BedTest, SilenceWithoutAMarkerLastsARoundTrip) {
  bed_.calibrate(false);
  const Peer peer = bed_.peer();
  const TimePoint begun = network_.now();
  EXPECT_TRUE(bed_.stays_silent({peer}));
  EXPECT_GE(network_.now() - begun, pace_.round_trip * 4);
}

TEST_F(BedTest, WhatWasTakenIsNotNoise) {
  const auto [session, peer, channel, port] = bed_.session_with_peer();
  peer.send_to(port, "expected");
  EXPECT_EQ(channel.receive(), "expected");
  EXPECT_TRUE(bed_.stays_silent({channel}));
}

TEST_F(BedTest, PayloadsAreUnique) {
  EXPECT_NE(bed_.unique("x"), bed_.unique("x"));
  EXPECT_EQ(bed_.unique("x", 1).size(), 1u);
  EXPECT_EQ(bed_.unique("x", 70000).size(), 70000u);
}

TEST_F(BedTest, MissingIsToldFromWrong) {
  const auto [session, peer, channel, port] = bed_.session_with_peer();
  try {
    channel.receive();
    ADD_FAILURE();
  } catch (const Unmet& unmet) {
    EXPECT_TRUE(unmet.missing);
  }
  peer.send_to(port, "one");
  try {
    peer.receive_from("another");
    ADD_FAILURE();
  } catch (const Unmet& unmet) {
    EXPECT_TRUE(unmet.missing);  // nothing came to the peer
  }
  channel.send("one");
  try {
    peer.receive_from("another");
    ADD_FAILURE();
  } catch (const Unmet& unmet) {
    EXPECT_FALSE(unmet.missing);
  }
}

TEST_F(BedTest, AChannelKnowsItsPortWhenItsPeerHasSeenIt) {
  const Session session = bed_.open_session();
  const Peer peer = bed_.peer();
  const Channel channel = session.open_channel(peer);
  EXPECT_FALSE(channel.known_port());
  const Endpoint port = channel.external_port();
  EXPECT_EQ(channel.known_port(), port);
}

TEST_F(BedTest, TheJournalTellsWhatPassed) {
  bed_.session_with_peer();
  const auto entries = bed_.journal();
  ASSERT_FALSE(entries.empty());
  EXPECT_NE(entries.back().line().find(" ms  peer 1"), std::string::npos);
}

}  // namespace
}  // namespace fullcone::conformance
