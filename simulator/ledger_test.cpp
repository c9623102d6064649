#include "simulator/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace fullcone::sim {
namespace {

class LedgerTest : public testing::Test {
 protected:
  LedgerTest() {
    zone.set("peer.example", {peer.ip});
    ledger.on_port_opened(port);
    ledger.on_port_opened(other_port);
  }
  std::vector<std::string> rules() {
    std::vector<std::string> broken;
    for (const Finding& finding : findings.all()) broken.push_back(finding.rule);
    findings.clear();
    return broken;
  }

  Trace trace;
  Findings findings{trace};
  Zone zone;
  Ledger ledger{findings, zone};
  const AppId app{1}, other{2};
  const Endpoint peer{IpAddress::v4(5, 0, 0, 1), 7000};
  const Endpoint stranger{IpAddress::v4(5, 0, 0, 2), 7000};
  const Endpoint port{IpAddress::v4(4, 0, 0, 1), 10000};
  const Endpoint other_port{IpAddress::v4(4, 0, 0, 1), 10001};
  const Bytes payload = to_bytes("payload");
};

TEST_F(LedgerTest, AcceptsWhatWasSent) {
  ledger.on_app_sent(app, peer, payload);
  ledger.on_sent(port, peer, payload, {});
  ledger.on_sent(stranger, port, payload, {});
  ledger.on_app_received(app, stranger, payload, {});
  EXPECT_THAT(rules(), testing::IsEmpty());
}

TEST_F(LedgerTest, AcceptsOnceMoreWhatMayBeRepeated) {
  ledger.on_app_sent(app, peer, payload);
  ledger.on_may_repeat(peer, payload);
  ledger.on_sent(port, peer, payload, {});
  ledger.on_sent(port, peer, payload, {});
  EXPECT_THAT(rules(), testing::IsEmpty());
  ledger.on_sent(port, peer, payload, {});
  EXPECT_THAT(rules(), testing::ElementsAre("UDP-8"));
}

TEST_F(LedgerTest, KnowsANameByItsAddresses) {
  const NamedEndpoint name{"peer.example", peer.port};
  ledger.on_app_sent(app, name, payload);
  ledger.on_sent(port, peer, payload, {});
  ledger.on_sent(peer, port, payload, {});
  ledger.on_app_received(app, name, payload, {});
  EXPECT_THAT(rules(), testing::IsEmpty());
  ledger.on_app_received(app, NamedEndpoint{"peer.example", 1}, payload, {});
  EXPECT_THAT(rules(), testing::ElementsAre("CONE-5"));
}

TEST_F(LedgerTest, MissesNoPayloadThatNobodySent) {
  ledger.on_sent(port, peer, payload, {});
  EXPECT_THAT(rules(), testing::ElementsAre("UDP-8"));
  ledger.on_app_received(app, peer, payload, {});
  EXPECT_THAT(rules(), testing::ElementsAre("CONE-5"));
}

TEST_F(LedgerTest, CountsOnceUnlessALinkDoubled) {
  ledger.on_app_sent(app, peer, payload);
  ledger.on_sent(port, peer, payload, {});
  ledger.on_sent(peer, port, payload, {});
  ledger.on_duplicated(peer, port, payload);
  ledger.on_app_received(app, peer, payload, {});
  ledger.on_app_received(app, peer, payload, {});
  EXPECT_THAT(rules(), testing::IsEmpty());
  ledger.on_app_received(app, peer, payload, {});
  EXPECT_THAT(rules(), testing::ElementsAre("CONE-5"));
  ledger.on_sent(port, peer, payload, {});
  EXPECT_THAT(rules(), testing::ElementsAre("UDP-8"));
}

TEST_F(LedgerTest, KeepsSessionsApart) {
  ledger.on_app_sent(app, peer, payload);
  ledger.on_sent(port, peer, payload, {});
  ledger.on_sent(stranger, port, payload, {});
  ledger.on_app_received(other, stranger, payload, {});
  EXPECT_THAT(rules(), testing::ElementsAre("CONE-9"));
  const Bytes of_other = to_bytes("of the other");
  ledger.on_app_sent(other, peer, of_other);
  ledger.on_sent(port, peer, of_other, {});
  EXPECT_THAT(rules(), testing::ElementsAre("CONE-9"));
}

TEST_F(LedgerTest, AReopenedPortMayHaveAnotherOwner) {
  ledger.on_app_sent(app, peer, payload);
  ledger.on_sent(port, peer, payload, {});
  ledger.on_port_opened(port);
  const Bytes of_other = to_bytes("of the other");
  ledger.on_app_sent(other, peer, of_other);
  ledger.on_sent(port, peer, of_other, {});
  EXPECT_THAT(rules(), testing::IsEmpty());
}

}  // namespace
}  // namespace fullcone::sim
