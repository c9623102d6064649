// What a client writes at the start of each connection, and its TCP tunnels.
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

CLIENT_CASE("HDR-1.client", "A server that speaks v1 is asked in v1.") {
  const App app = bed.associate();
  const auto [crumfurs, channel] = bed.serve(app, bed.destination());
  EXPECT(crumfurs.header().version == 1);
  EXPECT(channel.header().version == 1);
  EXPECT(channel.header().user == bed.subject().user);
}

CLIENT_CASE("HDR-2.client-session",
            "Each app has a session of its own, and its channels name it.") {
  const App app = bed.associate(), other = bed.associate();
  const auto [crumfurs, channel] = bed.serve(app, bed.destination());
  EXPECT(channel.header().session == crumfurs.header().session);
  EXPECT(crumfurs.header().session != Uuid{});
  const auto others = bed.serve(other, bed.destination());
  EXPECT(others.crumfurs.header().session != crumfurs.header().session);
  EXPECT(others.channel.header().session == others.crumfurs.header().session);
}

// The address as it has to stand at the end of a request.
void expect_address(const ServedRequest& request, const Bytes& address) {
  const ByteView octets = request.octets();
  EXPECT(octets.size() > address.size());
  EXPECT(to_bytes(octets.last(address.size())) == address);
}

CLIENT_CASE("HDR-4.client-udp", "A destination reaches the server as the app wrote it.") {
  const App app = bed.associate();
  const Endpoint v4 = bed.destination(), v6 = bed.destination(Family::ipv6);
  const NamedEndpoint name{"Stun.Example", 3478};
  const auto session = bed.serve(app, v4);
  expect_address(session.channel, request_address(v4));
  app.send_to(v6, bed.unique("v6"));
  expect_address(bed.next_request(Command::udp), request_address(v6));
  app.send_to(name, bed.unique("name"));
  expect_address(bed.next_request(Command::udp), request_address(name.host, name.port));
}

CLIENT_CASE("HDR-4.client-tcp", "Names are not resolved on the user's machine, where they leak.") {
  const Endpoint v4 = bed.destination(), v6 = bed.destination(Family::ipv6);
  bed.connect_through(v4);
  expect_address(bed.next_request(Command::tcp), request_address(v4));
  bed.connect_through(v6);
  expect_address(bed.next_request(Command::tcp), request_address(v6));
  bed.connect_through(NamedEndpoint{"Www.Example", 443});
  expect_address(bed.next_request(Command::tcp), request_address("Www.Example", 443));
}

CLIENT_CASE("TCP-1.client", "This is what a proxy is for: bytes unchanged and in order.") {
  const Connection app = bed.connect_through(bed.destination());
  const ServedRequest request = bed.next_request(Command::tcp);
  const std::string there = bed.unique("there", 300'000), back = bed.unique("back", 300'000);
  app.send(there);
  request.connection().send(back);
  EXPECT(request.connection().receive(there.size()) == there);
  EXPECT(app.receive(back.size()) == back);
}

CLIENT_CASE("TCP-2.client-app-ends", "An app that has said everything still gets its answer.") {
  const Connection app = bed.connect_through(bed.destination());
  const ServedRequest request = bed.next_request(Command::tcp);
  const std::string question = bed.unique("question"), answer = bed.unique("answer", 50'000);
  app.send(question);
  app.end();
  EXPECT(request.connection().receive_all() == question);
  EXPECT(bed.stays_silent({app}));
  request.connection().send(answer);
  request.connection().end();
  EXPECT(app.receive_all() == answer);
}

CLIENT_CASE("TCP-2.client-server-ends", "A target that has said everything still hears the app.") {
  const Connection app = bed.connect_through(bed.destination());
  const ServedRequest request = bed.next_request(Command::tcp);
  const std::string greeting = bed.unique("greeting"), rest = bed.unique("rest", 50'000);
  request.connection().send(greeting);
  request.connection().end();
  EXPECT(app.receive_all() == greeting);
  app.send(rest);
  app.end();
  EXPECT(request.connection().receive_all() == rest);
}

CLIENT_CASE("TCP-2.client-server-cut", "A cut server leaves no app waiting for ever.") {
  const Connection app = bed.connect_through(bed.destination());
  bed.next_request(Command::tcp).connection().cut();
  EXPECT(app.closes());
}

}  // namespace
}  // namespace fullcone::conformance
