// A judge that finds nothing is worth nothing: each fault here is planted in an honest server, and
// the rule that it breaks must be named. The honest server itself breaks none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "simulator/world.hpp"
#include "wire/umfurs.hpp"

namespace fullcone::sim {
namespace {

using Orders = std::vector<server::Action>;

// An app, two peers that it speaks to and a stranger that it answers; a second app to mix up.
void act(World& world) {
  auto& client = world.client();
  auto& app = client.open_udp();
  auto& other = client.open_udp();
  auto& first = world.peer();
  auto& second = world.peer();
  auto& stranger = world.peer();
  app.send_to(first, "to the first");
  other.send_to(first, "from the other");
  world.run_for(1s);
  app.send_to(second, "to the second");
  world.run_for(1s);
  const std::vector<Datagram> seen = first.received();
  for (const Datagram& got : seen) {
    first.send_to(got.source, "answer to " + std::string(as_text(got.payload)));
    stranger.send_to(got.source, "hello to " + std::string(as_text(got.payload)));
  }
  world.run_for(1s);
  app.send_to(stranger, "welcome");
  world.run_for(1s);
  client.cut(Command::crumfurs);
  world.run_for(50ms);
  for (const Datagram& got : seen) world.peer().send_to(got.source, "while it is cut");
  world.run_for(5s);
  other.quit();
  world.run_for(1s);
}

std::set<std::string> rules_broken(const ServerNode::Tamper& fault) {
  World world(7);
  if (fault) world.server().tamper(fault);
  act(world);
  world.finish();
  std::set<std::string> rules;
  for (const Finding& finding : world.findings().all()) rules.insert(finding.rule);
  return rules;
}

// A fault in the `which`th order of one kind.
template <class Order>
ServerNode::Tamper fault_in(std::function<Orders(Order)> instead, int which = 1) {
  return [=, seen = 0](const server::Action& action) mutable -> Orders {
    const auto* const order = std::get_if<Order>(&action);
    if (order == nullptr || ++seen != which) return {action};
    return instead(*order);
  };
}

bool is_umfurs(const server::Write& write) { return write.head.size() > 2; }

TEST(ReferenceModel, FindsNothingInAnHonestServer) {
  EXPECT_THAT(rules_broken({}), testing::IsEmpty());
}

TEST(ReferenceModel, ADatagramLeavesByAnotherPort) {
  const auto fault = fault_in<server::SendDatagram>(
      [](auto send) {
        send.mapping = MappingId{1};
        return Orders{send};
      },
      3);
  EXPECT_THAT(rules_broken(fault), testing::IsSupersetOf({"CONE-3", "CONE-4"}));
}

TEST(ReferenceModel, AHeardPeerIsAnsweredFromANewPort) {
  const auto fault = fault_in<server::SendDatagram>(
      [](auto send) {
        const MappingId fresh{99};
        send.mapping = fresh;
        return Orders{server::OpenMapping{fresh, Family::ipv4}, send};
      },
      4);
  EXPECT_THAT(rules_broken(fault), testing::IsSupersetOf({"CONE-2", "CONE-4"}));
}

TEST(ReferenceModel, ADatagramIsNotSent) {
  const auto fault = fault_in<server::SendDatagram>([](auto) { return Orders{}; });
  EXPECT_THAT(rules_broken(fault), testing::Contains("HDR-5"));  // it came with the request
}

TEST(ReferenceModel, ADatagramIsSentTwice) {
  const auto fault = fault_in<server::SendDatagram>([](auto send) { return Orders{send, send}; });
  EXPECT_THAT(rules_broken(fault), testing::IsSupersetOf({"UDP-1", "UDP-8"}));
}

TEST(ReferenceModel, APayloadIsCut) {
  const auto fault = fault_in<server::SendDatagram>([](auto send) {
    send.payload = send.payload.first(3);
    return Orders{send};
  });
  EXPECT_THAT(rules_broken(fault), testing::Contains("UDP-8"));
}

TEST(ReferenceModel, AStrangerComesByAnIsolatedChannel) {
  const auto fault = [](const server::Action& action) -> Orders {
    const auto* const write = std::get_if<server::Write>(&action);
    if (write == nullptr || !is_umfurs(*write)) return {action};
    return {
        server::Write{ConnectionId{2}, datagram_frame_head(write->payload.size()), write->payload}};
  };
  EXPECT_THAT(rules_broken(fault), testing::Contains("CONE-5"));
}

TEST(ReferenceModel, AStrangerIsDeliveredTwice) {
  const auto fault = [](const server::Action& action) -> Orders {
    const auto* const write = std::get_if<server::Write>(&action);
    if (write == nullptr || !is_umfurs(*write)) return {action};
    return {action, action};
  };
  EXPECT_THAT(rules_broken(fault), testing::ElementsAre("CONE-5"));
}

TEST(ReferenceModel, AStrangerIsNamedWrongly) {
  const auto fault = [](const server::Action& action) -> Orders {
    const auto* const write = std::get_if<server::Write>(&action);
    if (write == nullptr || !is_umfurs(*write)) return {action};
    auto wrong = *write;
    wrong.head = umfurs_head({IpAddress::v4(1, 2, 3, 4), 5}, write->payload.size());
    return {wrong};
  };
  EXPECT_THAT(rules_broken(fault), testing::Contains("CONE-5"));
}

TEST(ReferenceModel, AnotherSessionGetsIt) {
  std::optional<ConnectionId> first;
  const auto fault = [first](const server::Action& action) mutable -> Orders {
    const auto* const write = std::get_if<server::Write>(&action);
    if (write == nullptr || !is_umfurs(*write)) return {action};
    if (!first) first = write->connection;
    auto wrong = *write;
    wrong.connection = *first;
    return {wrong};
  };
  EXPECT_THAT(rules_broken(fault), testing::IsSupersetOf({"CONE-5", "CONE-9"}));
}

TEST(ReferenceModel, CrumfursIsNotAnswered) {
  const auto fault = fault_in<server::Write>([](auto) { return Orders{}; });
  EXPECT_THAT(rules_broken(fault), testing::Contains("CRUM-2"));
}

TEST(ReferenceModel, ADeliveryIsCountedAndNotMade) {
  const auto fault = fault_in<server::Write>([](auto) { return Orders{}; }, 3);
  EXPECT_THAT(rules_broken(fault), testing::Contains("INVARIANT"));
}

TEST(ReferenceModel, APortStaysOpen) {
  const auto fault = fault_in<server::CloseMapping>([](auto) { return Orders{}; });
  EXPECT_THAT(rules_broken(fault), testing::Contains("CRUM-8"));
}

TEST(ReferenceModel, AChannelStaysOpen) {
  const auto fault = fault_in<server::Close>([](auto) { return Orders{}; });
  EXPECT_THAT(rules_broken(fault), testing::Contains(testing::AnyOf("CONE-10", "CRUM-8")));
}

TEST(ReferenceModel, APortIsClosedWithItsChannel) {
  const auto fault = fault_in<server::SendDatagram>([](auto send) {
    return Orders{send, server::CloseMapping{send.mapping}};
  });
  EXPECT_THAT(rules_broken(fault), testing::Contains("CONE-10"));
}

// What is spoken by hand, and what an honest server's model then expects.
class ByHand : public testing::Test {
 protected:
  Bytes request(RequestHeader header) {
    header.user = world.server().users().front().uuid;
    Bytes octets;
    encode_request_header(header, octets);
    return octets;
  }
  std::vector<std::string> rules() {
    std::vector<std::string> broken;
    for (const Finding& finding : world.findings().all()) broken.push_back(finding.rule);
    return broken;
  }
  World world{3};
};

TEST_F(ByHand, AChannelWithoutCrumfursMustBeClosed) {
  world.server().tamper(fault_in<server::Close>([](auto) { return Orders{}; }));
  RequestHeader header;
  header.command = Command::udp;
  header.destination = world.peer().endpoint();
  world.connect_to_server().send(request(header));
  world.run_for(1s);
  EXPECT_THAT(rules(), testing::ElementsAre("UDP-2"));
}

TEST_F(ByHand, AnUnknownUserGetsNoOctet) {
  world.server().tamper(fault_in<server::Close>([](auto close) {
    FrameHead head;
    return Orders{server::Write{close.connection, head.u8(0), {}}, close};
  }));
  RequestHeader header;
  header.command = Command::crumfurs;
  Bytes octets;
  encode_request_header(header, octets);
  world.connect_to_server().send(octets);
  world.run_for(1s);
  EXPECT_THAT(rules(), testing::ElementsAre("AUTH-1"));
}

TEST_F(ByHand, OctetsOfATargetAreChanged) {
  world.server().tamper(fault_in<server::WriteTarget>([](auto write) {
    write.bytes = write.bytes.subspan(1);
    return Orders{write};
  }));
  RequestHeader header;
  header.command = Command::tcp;
  header.destination = world.tcp_target().endpoint();
  RawStream& stream = world.connect_to_server();
  stream.send(request(header));
  stream.send("some octets");
  world.run_for(1s);
  EXPECT_THAT(rules(), testing::Contains("TCP-1"));
}

}  // namespace
}  // namespace fullcone::sim
