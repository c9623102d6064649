// PROXY-1 to PROXY-5: what UDP ASSOCIATE owes an app, whatever stands behind the SOCKS5 port.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

// Sends until it arrives, and returns where it came from.
Endpoint external_of(NatBed& bed, const App& app, const Destination& destination, const Peer& at) {
  const std::string hello = bed.unique("hello");
  app.send_to(destination, hello);
  return at.receive_from(hello);
}

// There and back again; `named`: the only forms in which the answer may name the peer.
void expect_exchange(NatBed& bed, const Destination& destination, const Peer& at,
                     const std::vector<Destination>& named) {
  const App app = bed.associate();
  const Endpoint external = external_of(bed, app, destination, at);
  const std::string back = bed.unique("back");
  at.send_to(external, back);
  const AppDatagram answer = app.receive();
  EXPECT(answer.payload == back);
  EXPECT((Finding{std::ranges::find(named, answer.source) != named.end(), describe(answer)}));
}

NAT_CASE("PROXY-1.app-quits", "An app that has quit hears nothing and is no open door.",
         .profile = "socks5") {
  bed.needs_proxy();
  const App app = bed.associate();
  const Peer peer = bed.peer();
  const Endpoint external = external_of(bed, app, peer.endpoint(), peer);
  app.quit();
  bed.expect_service();
  bed.wait_a_round_trip();
  peer.send_to(external, bed.unique("late"));
  app.send_to(peer.endpoint(), bed.unique("late"));
  bed.expect_service();
  EXPECT(bed.stays_silent({app, peer}));
}

NAT_CASE("PROXY-1.app-stays", "An association lives as long as its connection, and no shorter.",
         .profile = "socks5") {
  bed.needs_proxy();
  const App app = bed.associate(), other = bed.associate();
  const Peer peer = bed.peer();
  const Endpoint external = external_of(bed, app, peer.endpoint(), peer);
  other.quit();
  bed.expect_service();
  const std::string back = bed.unique("back");
  peer.send_to(external, back);
  EXPECT(app.receive().payload == back);
}

NAT_CASE("PROXY-2.fragment", "A piece passed on as a datagram is garbage to the peer.",
         .profile = "socks5") {
  bed.needs_proxy();
  const App app = bed.associate();
  const Peer peer = bed.peer();
  external_of(bed, app, peer.endpoint(), peer);
  for (const int fragment : {1, 2, 0x7f, 0xff}) {
    app.send_raw(
        socks_datagram(peer.endpoint(), bed.unique("piece"), static_cast<std::uint8_t>(fragment)));
  }
  external_of(bed, app, peer.endpoint(), peer);
  EXPECT(bed.stays_silent({peer}));
}

NAT_CASE("PROXY-3.ipv4", "An IPv4 address is a destination.", .profile = "socks5") {
  bed.needs_proxy();
  const Peer peer = bed.peer();
  expect_exchange(bed, peer.endpoint(), peer, {peer.endpoint()});
}

NAT_CASE("PROXY-3.ipv6", "An IPv6 address is a destination.", .profile = "socks5") {
  bed.needs_proxy();
  const Peer peer = bed.peer(Family::ipv6);
  expect_exchange(bed, peer.endpoint(), peer, {peer.endpoint()});
}

NAT_CASE("PROXY-3.name", "A name is a destination, resolved where the user's network sees nothing.",
         .profile = "socks5") {
  bed.needs_proxy();
  const auto [peer, name] = bed.named_peer();
  const std::uint16_t port = peer.endpoint().port;
  const Endpoint v6{*IpAddress::parse("::1"), port};
  expect_exchange(bed, NamedEndpoint{name, port}, peer,
                  {NamedEndpoint{name, port}, peer.endpoint(), v6});
}

NAT_CASE("PROXY-4.apart", "Two games on one machine stay apart, even in one match.",
         .profile = "socks5") {
  bed.needs_proxy();
  const App one = bed.associate(), other = bed.associate();
  const Peer peer = bed.peer();
  const Endpoint of_one = external_of(bed, one, peer.endpoint(), peer);
  const Endpoint of_other = external_of(bed, other, peer.endpoint(), peer);
  EXPECT(of_one != of_other);
  const std::string to_one = bed.unique("one"), to_other = bed.unique("other");
  peer.send_to(of_one, to_one);
  peer.send_to(of_other, to_other);
  EXPECT(one.receive() == (AppDatagram{peer.endpoint(), to_one}));
  EXPECT(other.receive() == (AppDatagram{peer.endpoint(), to_other}));
  EXPECT(bed.stays_silent({one, other}));
}

NAT_CASE("PROXY-5.sender", "Each answer names who gave it.", .profile = "socks5") {
  bed.needs_proxy();
  const App app = bed.associate();
  const Peer one = bed.peer(), other = bed.peer();
  const Endpoint to_one = external_of(bed, app, one.endpoint(), one);
  const Endpoint to_other = external_of(bed, app, other.endpoint(), other);
  for (const auto& [peer, external] : {std::pair(other, to_other), std::pair(one, to_one)}) {
    const std::string back = bed.unique("back");
    peer.send_to(external, back);
    EXPECT(app.receive() == (AppDatagram{peer.endpoint(), back}));
  }
}

NAT_CASE("PROXY-5.stranger", "A stranger that gets in is named, too.", .profile = "socks5") {
  bed.needs_proxy();
  const Mapping mapping = bed.open_mapping();
  const Peer stranger = bed.peer();
  const auto datagram = bed.arrival(stranger, mapping.external, mapping.internal);
  if (!datagram) bed.skip("strangers are kept out");
  EXPECT(datagram->source == stranger.endpoint());
}

}  // namespace
}  // namespace fullcone::conformance
