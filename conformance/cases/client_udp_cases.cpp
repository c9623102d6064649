// UDP and CONE-8 on the client: which channel a datagram of the app's takes.
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

CLIENT_CASE("UDP-1.client-frames", "The two ends agree on where a datagram begins and ends.") {
  const App app = bed.associate();
  const Endpoint there = bed.destination();
  const auto session = bed.serve(app, there);
  const std::string hello = bed.unique("hello"), back = bed.unique("back");
  app.send_to(there, hello);
  const Bytes expected = frame(hello);
  EXPECT(session.channel.connection().receive(expected.size()) == as_text(expected));
  session.channel.connection().send_slowly(frame(back));
  EXPECT(app.receive() == (AppDatagram{there, back}));
}

CLIENT_CASE("UDP-3.one-channel", "Order is kept, and one handshake is paid instead of many.") {
  const App app = bed.associate();
  const Endpoint there = bed.destination();
  const auto session = bed.serve(app, there);
  for (int i = 0; i < 5; ++i) {
    const std::string hello = bed.unique("hello");
    app.send_to(there, hello);
    EXPECT(session.channel.receive_datagram() == hello);
  }
  EXPECT(bed.stays_silent({bed.requests(), session.channel}));
}

CLIENT_CASE("UDP-3.while-opening", "A burst to one destination opens one channel, not one each.") {
  const App app = bed.associate();
  const Endpoint there = bed.destination();
  std::vector<std::string> burst;
  for (int i = 0; i < 5; ++i) burst.push_back(bed.unique("n" + std::to_string(i)));
  for (const auto& payload : burst) app.send_to(there, payload);
  bed.next_request(Command::crumfurs).establish();
  const ServedRequest channel = bed.next_request(Command::udp);
  for (const auto& payload : burst) EXPECT(channel.receive_datagram() == payload);
  EXPECT(bed.stays_silent({bed.requests(), channel}));
}

CLIENT_CASE("UDP-3.each-its-own", "The datagrams of one destination never go to another.") {
  const App app = bed.associate();
  const Endpoint one = bed.destination(), other = bed.destination();
  const auto session = bed.serve(app, one);
  const std::string hello = bed.unique("hello"), again = bed.unique("again");
  app.send_to(other, hello);
  const ServedRequest second = bed.next_request(Command::udp);
  EXPECT(second.receive_datagram() == hello);
  app.send_to(one, again);
  EXPECT(session.channel.receive_datagram() == again);
  EXPECT(bed.stays_silent({bed.requests(), session.channel, second}));
}

CLIENT_CASE("UDP-3.reopened", "A channel that the server closed is opened anew when needed.") {
  const App app = bed.associate();
  const Endpoint there = bed.destination();
  const auto session = bed.serve(app, there);
  const std::string back = bed.unique("back"), hello = bed.unique("hello");
  session.channel.send_datagram(back);
  EXPECT(app.receive() == (AppDatagram{there, back}));
  session.channel.connection().close();
  bed.wait_a_round_trip();
  EXPECT(bed.stays_silent({bed.requests()}));
  app.send_to(there, hello);
  EXPECT(bed.next_request(Command::udp).receive_datagram() == hello);
}

CLIENT_CASE("UDP-8.client-sizes",
            "A datagram's boundary is part of its meaning, whatever its size.") {
  const App app = bed.associate();
  const Endpoint there = bed.destination();
  const auto session = bed.serve(app, there);
  for (const std::size_t size : {0u, 1u, 2u, 255u, 256u, 1200u, 1473u, 9000u, 65497u}) {
    const std::string hello = bed.unique("hello", size), back = bed.unique("back", size);
    app.send_to(there, hello);
    EXPECT(session.channel.receive_datagram() == hello);
    session.channel.send_datagram(back);
    EXPECT(app.receive() == (AppDatagram{there, back}));
  }
}

CLIENT_CASE("UDP-8.client-order", "Order is kept per channel, in both directions.") {
  const App app = bed.associate();
  const Endpoint there = bed.destination();
  const auto session = bed.serve(app, there);
  std::vector<std::string> sent;
  for (int i = 0; i < 40; ++i) sent.push_back(bed.unique("n" + std::to_string(i)));
  for (const auto& payload : sent) app.send_to(there, payload);
  for (const auto& payload : sent) EXPECT(session.channel.receive_datagram() == payload);
  for (const auto& payload : sent) session.channel.send_datagram(payload);
  for (const auto& payload : sent) EXPECT(app.receive() == (AppDatagram{there, payload}));
}

CLIENT_CASE("CONE-8.client", "Two players behind one NAT are two players.") {
  const App app = bed.associate();
  const Endpoint one = bed.destination();
  const Endpoint other{one.ip, static_cast<std::uint16_t>(one.port ^ 1)};
  const auto session = bed.serve(app, one);
  const std::string hello = bed.unique("hello");
  app.send_to(other, hello);
  const ServedRequest second = bed.next_request(Command::udp);
  EXPECT(second.receive_datagram() == hello);
  const std::string from_one = bed.unique("one"), from_other = bed.unique("other");
  session.channel.send_datagram(from_one);
  EXPECT(app.receive() == (AppDatagram{one, from_one}));
  second.send_datagram(from_other);
  EXPECT(app.receive() == (AppDatagram{other, from_other}));
}

}  // namespace
}  // namespace fullcone::conformance
