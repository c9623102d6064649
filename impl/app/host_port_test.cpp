// "host:port" as people write it.
#include "app/host_port.hpp"

#include <gtest/gtest.h>

namespace fullcone {
namespace {

TEST(HostPort, IsAnAddressOrAName) {
  EXPECT_EQ(parse_host_port("192.0.2.1:53"), Destination(Endpoint::parse("192.0.2.1:53").value()));
  EXPECT_EQ(parse_host_port("[2001:db8::1]:443"),
            Destination(Endpoint::parse("[2001:db8::1]:443").value()));
  EXPECT_EQ(parse_host_port("a-b.example.org:65535"),
            Destination(NamedEndpoint{"a-b.example.org", 65535}));
  EXPECT_EQ(parse_host_port("localhost:1"), Destination(NamedEndpoint{"localhost", 1}));
  EXPECT_EQ(parse_host_port("example.org.:80"), std::nullopt) << "an empty last label";
}

TEST(HostPort, NamesHaveAtMost253Octets) {
  const std::string longest = std::string(251, 'a') + ".b";
  EXPECT_EQ(parse_host_port(longest + ":80"), Destination(NamedEndpoint{longest, 80}));
  EXPECT_EQ(parse_host_port("a" + longest + ":80"), std::nullopt);
}

TEST(HostPort, NothingElseIsTaken) {
  for (const char* text : {"", ":80", "example.org", "example.org:", "example.org:0",
                           "example.org:65536", "example.org:8o", "192.0.2.1:0", "192.0.2.300:80",
                           "1:2", "2001:db8::1:443", "[example.org]:80", "exa mple.org:80",
                           "a,b:80", "https://example.org:80", "b\xc3\xbc:80"}) {
    EXPECT_EQ(parse_host_port(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace fullcone
