// SOCKS-1 to SOCKS-5: the client's local side.
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

CLIENT_CASE("SOCKS-1.app-quits", "Ports are released when the app quits, not minutes later.") {
  const App app = bed.associate();
  const auto session = bed.serve(app, bed.destination());
  app.quit();
  EXPECT(session.crumfurs.connection().ends_cleanly());
  EXPECT(session.channel.connection().closes_silently());
  EXPECT(bed.stays_silent({bed.requests()}));
}

CLIENT_CASE("SOCKS-1.app-crashes", "An app that crashes ends its association just as well.") {
  const App app = bed.associate();
  const auto session = bed.serve(app, bed.destination());
  app.control().cut();
  EXPECT(session.crumfurs.connection().ends_cleanly());
  EXPECT(session.channel.connection().closes_silently());
}

CLIENT_CASE("SOCKS-1.relay-gone", "With the association goes its relay.") {
  const App app = bed.associate();
  const auto session = bed.serve(app, bed.destination());
  app.quit();
  EXPECT(session.crumfurs.connection().closes());
  app.send_to(bed.destination(), bed.unique("late"));
  EXPECT(bed.stays_silent({bed.requests(), app}));
}

CLIENT_CASE("SOCKS-2.fragment", "A fragment passed on as a datagram is garbage to the peer.") {
  const App app = bed.associate();
  const Endpoint there = bed.destination();
  const auto session = bed.serve(app, there);
  for (const int fragment : {1, 2, 0x7f, 0x80, 0xff}) {
    app.send_raw(socks_datagram(there, bed.unique("piece"), static_cast<std::uint8_t>(fragment)));
  }
  const std::string whole = bed.unique("whole");
  app.send_to(there, whole);
  EXPECT(session.channel.receive_datagram() == whole);
  EXPECT(bed.stays_silent({bed.requests(), session.channel}));
}

CLIENT_CASE("SOCKS-2.fragment-first", "A fragment opens nothing either.") {
  const App app = bed.associate();
  app.send_raw(socks_datagram(bed.destination(), bed.unique("piece"), 1));
  EXPECT(bed.stays_silent({bed.requests()}));
}

CLIENT_CASE("SOCKS-3.neighbour", "A neighbour in the network cannot use the user's association.") {
  const auto neighbour = bed.network().open_neighbour_port();
  if (neighbour == nullptr) bed.skip("no other address reaches the relay");
  const App app = bed.associate();
  const Endpoint there = bed.destination();
  neighbour->send_to(app.relay(), socks_datagram(there, bed.unique("early")));
  EXPECT(bed.stays_silent({bed.requests()}));
  const auto session = bed.serve(app, there);
  neighbour->send_to(app.relay(), socks_datagram(there, bed.unique("foreign")));
  const std::string own = bed.unique("own"), back = bed.unique("back");
  app.send_to(there, own);
  EXPECT(session.channel.receive_datagram() == own);
  session.channel.send_datagram(back);
  EXPECT(app.receive() == (AppDatagram{there, back}));
  EXPECT(neighbour->received().size() == std::size_t{0});
}

CLIENT_CASE("SOCKS-3.first-port",
            "The first port is the app's: another program cannot take over.") {
  const App app = bed.associate();
  const Endpoint there = bed.destination();
  const auto session = bed.serve(app, there);
  const auto intruder = bed.network().open_app_port();
  intruder->send_to(app.relay(), socks_datagram(there, bed.unique("intruder")));
  const std::string own = bed.unique("own"), back = bed.unique("back");
  app.send_to(there, own);
  EXPECT(session.channel.receive_datagram() == own);
  session.channel.send_datagram(back);
  EXPECT(app.receive() == (AppDatagram{there, back}));
  EXPECT(intruder->received().size() == std::size_t{0});
}

CLIENT_CASE("SOCKS-3.bound-address", "A remote app finds the relay where it found the client.") {
  const App app = bed.associate();
  EXPECT(app.relay().ip == bed.network().local_port().ip);
  EXPECT(app.relay().port != 0);
}

CLIENT_CASE("SOCKS-4.peer", "Apps drop answers from a sender whom they never addressed.") {
  const App app = bed.associate();
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    const Endpoint there = bed.destination(family);
    const std::string hello = bed.unique("hello"), back = bed.unique("back");
    app.send_to(there, hello);
    ServedRequest request = bed.next_request();
    if (request.header().command == Command::crumfurs) {
      request.establish();
      request = bed.next_request(Command::udp);
    }
    EXPECT(request.receive_datagram() == hello);
    request.send_datagram(back);
    EXPECT(app.receive() == (AppDatagram{there, back}));
  }
}

CLIENT_CASE("SOCKS-4.name",
            "An app that addressed a name is answered by that name, as it wrote it.") {
  const App app = bed.associate();
  const NamedEndpoint there{"Stun.ExAmple", 3478};
  const auto session = bed.serve(app, there);
  const std::string back = bed.unique("back");
  session.channel.send_datagram(back);
  EXPECT(app.receive() == (AppDatagram{there, back}));
}

CLIENT_CASE("SOCKS-4.crumfurs", "By CRUMFURS the header always names the IP address.") {
  const App app = bed.associate();
  const auto session = bed.serve(app, NamedEndpoint{"stun.example", 3478});
  const Endpoint stranger = bed.destination();
  const std::string hello = bed.unique("hello");
  session.crumfurs.send_umfurs(stranger, hello);
  EXPECT(app.receive() == (AppDatagram{stranger, hello}));
}

CLIENT_CASE("SOCKS-5.apart", "Two games on one machine stay apart, even in one match.") {
  const App one = bed.associate(), other = bed.associate();
  const Endpoint there = bed.destination();
  const auto of_one = bed.serve(one, there);
  const auto of_other = bed.serve(other, there);
  const std::string to_one = bed.unique("one"), to_other = bed.unique("other");
  of_other.channel.send_datagram(to_other);
  EXPECT(other.receive() == (AppDatagram{there, to_other}));
  of_one.channel.send_datagram(to_one);
  EXPECT(one.receive() == (AppDatagram{there, to_one}));
  const Endpoint stranger = bed.destination();
  const std::string hello = bed.unique("hello");
  of_one.crumfurs.send_umfurs(stranger, hello);
  EXPECT(one.receive() == (AppDatagram{stranger, hello}));
  EXPECT(bed.stays_silent({one, other}));
}

CLIENT_CASE("SOCKS-5.end-of-one", "The end of one app is not the end of another.") {
  const App one = bed.associate(), other = bed.associate();
  const Endpoint there = bed.destination();
  const auto of_one = bed.serve(one, there);
  const auto of_other = bed.serve(other, there);
  one.quit();
  EXPECT(of_one.crumfurs.connection().closes());
  const std::string hello = bed.unique("hello"), back = bed.unique("back");
  other.send_to(there, hello);
  EXPECT(of_other.channel.receive_datagram() == hello);
  of_other.channel.send_datagram(back);
  EXPECT(other.receive() == (AppDatagram{there, back}));
}

CLIENT_CASE("SOCKS-5.credentials", "UDP asks for the same credentials as TCP.") {
  if (!bed.subject().credentials) bed.skip("the client asks for no credentials");
  const Connection without = bed.connect_as_app();
  Bytes octets;
  socks5::encode_greeting(false, octets);
  without.send(octets);
  EXPECT(without.receive(2) == "\x05\xff");
  const Connection wrong = bed.connect_as_app();
  octets.clear();
  socks5::encode_greeting(true, octets);
  wrong.send(octets);
  EXPECT(wrong.receive(2) == "\x05\x02");
  octets.clear();
  socks5::encode_credentials({bed.subject().credentials->user, "wrong"}, octets);
  socks5::encode_request(socks5::Command::udp_associate, Endpoint{}, octets);
  wrong.send(octets);
  EXPECT(wrong.receive(2) != std::string("\1\0", 2));
  EXPECT(wrong.closes_silently());
}

}  // namespace
}  // namespace fullcone::conformance
