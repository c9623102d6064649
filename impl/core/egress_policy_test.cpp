// The deny-list of EGRESS-1. What the server does with it is told in server_tcp_test.cpp.
#include "core/egress_policy.hpp"

#include <gtest/gtest.h>

#include "core/testing/requests.hpp"

namespace fullcone {
namespace {

bool contains(std::string_view network, std::string_view address) {
  return Network::parse(network).value().contains(ip(address));
}

TEST(Network, ContainsWhatSharesItsPrefix) {
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(contains("172.16.0.0/12", "172.31.255.255"));
  EXPECT_FALSE(contains("172.16.0.0/12", "172.32.0.0"));
  EXPECT_TRUE(contains("100.64.0.0/10", "100.127.255.255"));
  EXPECT_FALSE(contains("100.64.0.0/10", "100.128.0.0"));
  EXPECT_TRUE(contains("fc00::/7", "fdff::1"));
  EXPECT_FALSE(contains("fc00::/7", "fe00::1"));
  EXPECT_TRUE(contains("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(contains("192.0.2.1", "192.0.2.2"));
}

TEST(Network, KeepsTheFamiliesApart) {
  EXPECT_TRUE(contains("0.0.0.0/0", "8.8.8.8"));
  EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(contains("::/0", "2001:db8::1"));
  EXPECT_FALSE(contains("::/0", "8.8.8.8"));
  EXPECT_TRUE(contains("10.0.0.0/8", "::ffff:10.1.2.3"));  // a mapped form is IPv4
}

TEST(Network, RefusesWhatIsNoNetwork) {
  for (const auto* text :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8 ", "10.0.0.0/8x",
        "10.0.0.1/8", "fc00::/129", "::1/127", "example.org", "10.0.0.0/99999999999"}) {
    EXPECT_EQ(Network::parse(text), std::nullopt) << text;
  }
}

TEST(EgressPolicy, AllowsEverythingButPort0ByDefault) {
  const EgressPolicy policy;
  EXPECT_TRUE(policy.allows(at("127.0.0.1:1")));
  EXPECT_TRUE(policy.allows(at("[::1]:65535")));
  EXPECT_FALSE(policy.allows(at("192.0.2.1:0")));  // HDR-4: well-formed and unreachable
}

TEST(EgressPolicy, ThePublicInternetIsWhatIsGloballyUnicast) {
  const auto policy = EgressPolicy::public_internet();
  for (const auto* address : {"0.0.0.0",
                              "10.0.0.1",
                              "100.64.0.1",
                              "127.255.255.254",
                              "169.254.169.254",
                              "172.16.0.1",
                              "192.0.0.8",
                              "192.88.99.1",
                              "::ffff:0:7f00:1",
                              "3fff::1",
                              "5f00::1",
                              "192.0.2.1",
                              "192.168.255.255",
                              "198.18.0.1",
                              "198.51.100.1",
                              "203.0.113.1",
                              "224.0.0.1",
                              "239.255.255.255",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "::127.0.0.1",
                              "64:ff9b::7f00:1",
                              "64:ff9b:1::1",
                              "100::1",
                              "2001::1",
                              "2001:db8::1",
                              "2002:7f00:1::1",
                              "fc00::1",
                              "fdff::1",
                              "fe80::1",
                              "fec0::1",
                              "ff02::1",
                              "::ffff:127.0.0.1",
                              "::ffff:192.168.0.1"}) {
    EXPECT_FALSE(policy.allows({ip(address), 443})) << address;
  }
  for (const auto* address : {"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1",
                              "172.32.0.1", "192.0.1.1", "223.255.255.255", "2606:4700::1111",
                              "2a00:1450::1", "2001:4860:4860::8888", "::ffff:8.8.8.8"}) {
    EXPECT_TRUE(policy.allows({ip(address), 443})) << address;
  }
}

TEST(EgressPolicy, DeniesWhatTheServerListensOnAndNothingBesideIt) {
  EgressPolicy policy;
  policy.deny(at("[::ffff:198.51.100.1]:443"));
  EXPECT_FALSE(policy.allows(at("198.51.100.1:443")));
  EXPECT_TRUE(policy.allows(at("198.51.100.1:444")));
  EXPECT_TRUE(policy.allows(at("198.51.100.2:443")));
}

}  // namespace
}  // namespace fullcone
