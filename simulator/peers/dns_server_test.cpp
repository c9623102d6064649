// The DNS codec against an answer written by hand, and the server's faults as an asker finds them.
#include "simulator/peers/dns_server.hpp"

#include <gtest/gtest.h>

#include "base/hex_testing.hpp"

namespace fullcone::sim {
namespace {

using dns::Code;

// RFC 1035 section 4.1: id 0x1234, RD, one question "a.example" A IN; and two addresses for it.
const Bytes kQuestion = hex("1234 0100 0001 0000 0000 0000 01 61 07 6578616d706c65 00 0001 0001");
const Bytes kAnswer =
    hex("1234 8180 0001 0002 0000 0000 01 61 07 6578616d706c65 00 0001 0001"
        "c00c 0001 0001 0000001e 0004 c6336401"
        "c00c 0001 0001 0000001e 0004 cb007109");

TEST(DnsMessage, IsWrittenAndReadAsRfc1035Says) {
  const dns::Question question{0x1234, "a.example"};
  const dns::Answer answer{0x1234,
                           Code::no_error,
                           {*IpAddress::parse("198.51.100.1"), *IpAddress::parse("203.0.113.9")}};
  EXPECT_EQ(dns::encode(question), kQuestion);
  EXPECT_EQ(dns::encode(question, answer), kAnswer);
  const auto asked = dns::parse_question(kQuestion);
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->id, 0x1234);
  EXPECT_EQ(asked->name, "a.example");
  const auto answered = dns::parse_answer(kAnswer);
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->addresses, answer.addresses);
  for (std::size_t i = 0; i < kAnswer.size(); ++i) {
    EXPECT_FALSE(dns::parse_question(ByteView(kQuestion).first(std::min(i, kQuestion.size() - 1))));
    EXPECT_FALSE(dns::parse_answer(ByteView(kAnswer).first(i)));
  }
}

class DnsServerTest : public testing::Test {
 protected:
  // Asks, and waits for so long.
  std::optional<dns::Answer> ask(const std::string& name, Family family = Family::ipv4) {
    peer.send_to(server.endpoint(), dns::encode(dns::Question{++id, name, family}));
    world.run_for(100ms);
    const auto got = peer.take();
    auto answer = got ? dns::parse_answer(got->payload) : std::nullopt;
    EXPECT_TRUE(!answer || answer->id == id);
    return answer;
  }

  World world{1};
  DnsServer& server = world.add<DnsServer>();
  Peer& peer = world.peer();
  const IpAddress one = IpAddress::v4(46, 1, 0, 1);
  const IpAddress other = IpAddress::v4(46, 1, 0, 2);
  std::uint16_t id = 0;
};

TEST_F(DnsServerTest, Rotates) {
  world.zone().set_rotating("pool.example", {one, other});
  EXPECT_EQ(ask("pool.example")->addresses, (std::vector{one, other}));
  EXPECT_EQ(ask("pool.example")->addresses, (std::vector{other, one}));
}

TEST_F(DnsServerTest, AnswersByFamily) {
  const IpAddress six = *IpAddress::parse("2a00:2e::1");
  world.zone().set("both.example", {one, six});
  EXPECT_EQ(ask("both.example")->addresses, std::vector{one});
  EXPECT_EQ(ask("both.example", Family::ipv6)->addresses, std::vector{six});
}

TEST_F(DnsServerTest, SaysWhatItLacks) {
  EXPECT_EQ(ask("nowhere.example")->code, Code::no_such_name);
  world.zone().set("broken.example", {one});
  world.zone().set_failing("broken.example", true);
  EXPECT_EQ(ask("broken.example")->code, Code::server_failure);
  world.zone().set_failing("broken.example", false);
  EXPECT_EQ(ask("broken.example")->code, Code::no_error);
}

TEST_F(DnsServerTest, MayTakeItsTime) {
  world.zone().set("slow.example", {one});
  world.zone().set_slow("slow.example", 2s);
  EXPECT_FALSE(ask("slow.example"));
  world.run_for(2s);
  EXPECT_TRUE(peer.take());
}

}  // namespace
}  // namespace fullcone::sim
