// CRUM on the client: when it opens CRUMFURS, what it takes there, and how it comes back.
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

CLIENT_CASE("CRUM-1.client", "Client and server agree on where the request ends.") {
  const App app = bed.associate();
  app.send_to(bed.destination(), bed.unique("hello"));
  const ServedRequest crumfurs = bed.next_request(Command::crumfurs);
  EXPECT(crumfurs.octets().back() == 4);
  EXPECT(bed.stays_silent({crumfurs}));
  crumfurs.establish();
  EXPECT(bed.stays_silent({crumfurs}));  // it is server to client only
}

CLIENT_CASE("CRUM-3.client-reads", "The app learns who is calling, by IPv4 and by IPv6.") {
  const App app = bed.associate();
  const auto session = bed.serve(app, bed.destination());
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    const Endpoint stranger = bed.destination(family);
    const std::string hello = bed.unique("hello");
    session.crumfurs.send_umfurs(stranger, hello);
    EXPECT(app.receive() == (AppDatagram{stranger, hello}));
  }
}

CLIENT_CASE("CRUM-3.client-any-cut", "TCP may cut a message anywhere, and join it with the next.") {
  const App app = bed.associate();
  const auto session = bed.serve(app, bed.destination());
  const Endpoint stranger = bed.destination();
  const std::string first = bed.unique("first"), second = bed.unique("second"), third = "x";
  session.crumfurs.connection().send_slowly(umfurs_message(stranger, first));
  session.crumfurs.connection().send(umfurs_message(stranger, second) +
                                     umfurs_message(stranger, third));
  for (const auto& payload : {first, second, third}) {
    EXPECT(app.receive() == (AppDatagram{stranger, payload}));
  }
}

CLIENT_CASE("CRUM-3.client-refuses",
            "A server that breaks the format is not believed any longer.") {
  const Bytes malformed[] = {
      frame(std::string_view("\2\x0b"
                             "example.org\xc3\x50"
                             "hi",
                             17)),                             // a domain
      frame(std::string_view("\1\xc6\x33\x64\7\xc3\x50", 7)),  // no payload
      frame(""),
  };
  for (const Bytes& message : malformed) {
    const App app = bed.associate();
    const auto session = bed.serve(app, bed.destination());
    session.crumfurs.connection().send(message);
    EXPECT(session.crumfurs.connection().closes_silently());
    app.quit();
    bed.wait_a_round_trip();
    EXPECT(bed.stays_silent({app}));
    bed.disregard_requests();  // it may have come back with a new CRUMFURS before its app left
  }
}

CLIENT_CASE("CRUM-4.waits", "A UDP request sent too early is refused.") {
  const App app = bed.associate();
  const std::string hello = bed.unique("hello");
  app.send_to(bed.destination(), hello);
  const ServedRequest crumfurs = bed.next_request(Command::crumfurs);
  app.send_to(bed.destination(), bed.unique("other"));
  EXPECT(bed.stays_silent({bed.requests(), crumfurs}));
  crumfurs.establish();
  bed.next_request(Command::udp);
  bed.next_request(Command::udp);
}

CLIENT_CASE("CRUM-4.other-answer", "Any other answer is a failure, not half a success.") {
  const App app = bed.associate();
  app.send_to(bed.destination(), bed.unique("hello"));
  const ServedRequest crumfurs = bed.next_request(Command::crumfurs);
  crumfurs.connection().send(Bytes{0x15});
  EXPECT(crumfurs.connection().closes_silently());
}

CLIENT_CASE("CRUM-4.again", "After a loss the client waits for CRUMFURS again.") {
  const App app = bed.associate();
  const auto session = bed.serve(app, bed.destination());
  session.crumfurs.connection().close();
  bed.wait_a_round_trip();
  app.send_to(bed.destination(), bed.unique("hello"));
  const ServedRequest crumfurs = bed.next_request(Command::crumfurs);
  EXPECT(crumfurs.header().session == session.crumfurs.header().session);
  EXPECT(bed.stays_silent({bed.requests()}));
  crumfurs.establish();
  bed.next_request(Command::udp);
}

CLIENT_CASE("CRUM-5.not-before-udp",
            "An association that sends nothing opens, and shows, nothing.") {
  const App app = bed.associate();
  EXPECT(bed.stays_silent({bed.requests(), app.control()}));
}

CLIENT_CASE("CRUM-5.tcp-only", "A user who only browses holds no session.") {
  const Connection tunnel = bed.connect_through(bed.destination());
  bed.next_request(Command::tcp);
  EXPECT(bed.stays_silent({bed.requests(), tunnel}));
}

CLIENT_CASE("CRUM-8.client-reconnects",
            "After a cut strangers get through again, without the app.") {
  const App app = bed.associate();
  const auto session = bed.serve(app, bed.destination());
  session.crumfurs.connection().cut();
  const ServedRequest again = bed.next_request(Command::crumfurs);
  EXPECT(again.header().session == session.crumfurs.header().session);
  again.establish();
  const Endpoint stranger = bed.destination();
  const std::string hello = bed.unique("hello"), back = bed.unique("back");
  again.send_umfurs(stranger, hello);
  EXPECT(app.receive() == (AppDatagram{stranger, hello}));
  session.channel.send_datagram(back);  // its channels went on
  EXPECT(app.receive().payload == back);
}

CLIENT_CASE("CRUM-8.client-not-evicted",
            "Two devices of one session do not evict each other for ever.") {
  const App app = bed.associate();
  const auto session = bed.serve(app, bed.destination());
  session.crumfurs.connection().close();
  bed.pass(2s, "a client that came back by itself would have by now");
  EXPECT(bed.stays_silent({bed.requests()}));
}

constexpr std::string_view kNeedsSilence = "a link cannot be made silent here";

CLIENT_CASE("CRUM-11.client-dead-link", "A client whose server is gone dials again, by itself.",
            .simulated_only = kNeedsSilence) {
  const App app = bed.associate();
  const auto session = bed.serve(app, bed.destination());
  bed.powers().fall_silent(session.crumfurs.connection().stream());
  bed.pass(bed.subject().dead_link, "a dead link is noticed");
  const ServedRequest again = bed.next_request(Command::crumfurs);
  EXPECT(again.header().session == session.crumfurs.header().session);
}

CLIENT_CASE("CRUM-11.client-keepalive", "Probes find a dead link and keep a live one in memory.",
            .live_only = "the simulator has no TCP timers") {
  const App app = bed.associate();
  const auto session = bed.serve(app, bed.destination());
  EXPECT(session.crumfurs.connection().is_kept_alive(bed.subject().dead_link));
  EXPECT(session.channel.connection().is_kept_alive(bed.subject().dead_link));
}

}  // namespace
}  // namespace fullcone::conformance
