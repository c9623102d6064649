// TCP: the server as a relay of streams.
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

struct Relayed {
  Connection client;
  Connection far;
};

Relayed open_relay(ServerBed& bed, const TcpTarget& target) {
  const Connection client = bed.connect_with(bed.request_to(Command::tcp, target.endpoint()));
  return {client, target.accept()};
}

CASE("TCP-1.both-ways", "This is what a proxy is for: bytes unchanged and in order.") {
  const auto [client, far] = open_relay(bed, bed.target());
  const std::string there = bed.unique("there", 300'000), back = bed.unique("back", 300'000);
  client.send(there);
  far.send(back);
  EXPECT(far.receive(there.size()) == there);
  EXPECT(client.receive(back.size()) == back);
}

CASE("TCP-1.every-octet", "A relay is transparent to every byte value.") {
  const auto [client, far] = open_relay(bed, bed.target());
  std::string all;
  for (int octet = 0; octet < 256; ++octet) all += static_cast<char>(octet);
  client.send(all);
  EXPECT(far.receive(all.size()) == all);
  far.send(all);
  EXPECT(client.receive(all.size()) == all);
}

CASE("TCP-2.client-ends", "Protocols that close their side and then read an answer keep working.") {
  const auto [client, far] = open_relay(bed, bed.target());
  const std::string question = bed.unique("question"), answer = bed.unique("answer", 50'000);
  client.send(question);
  client.end();
  EXPECT(far.receive_all() == question);
  EXPECT(bed.stays_silent({client}));
  far.send(answer);
  far.end();
  EXPECT(client.receive_all() == answer);
}

CASE("TCP-2.target-ends", "A server that has said everything still hears the rest.") {
  const auto [client, far] = open_relay(bed, bed.target());
  const std::string greeting = bed.unique("greeting"), rest = bed.unique("rest", 50'000);
  far.send(greeting);
  far.end();
  EXPECT(client.receive_all() == greeting);
  client.send(rest);
  client.end();
  EXPECT(far.receive_all() == rest);
}

CASE("TCP-2.client-cut", "A cut client leaves nothing hanging at the target.") {
  const auto [client, far] = open_relay(bed, bed.target());
  client.cut();
  EXPECT(far.closes());
}

CASE("TCP-2.target-cut", "A cut target is not a stream that merely went quiet.") {
  const auto [client, far] = open_relay(bed, bed.target());
  far.cut();
  EXPECT(client.closes());
}

CASE("TCP-3.refused", "The app sees a failed connection at once, not a hanging one.") {
  const Endpoint refusing = bed.network().refusing_endpoint();
  EXPECT(bed.connect_with(bed.request_to(Command::tcp, refusing)).closes_silently());
}

CASE("TCP-3.refused-v0", "In v0 a failure is at most the response header.", .profile = "v0") {
  Request request = bed.request_to(Command::tcp, bed.network().refusing_endpoint());
  request.version = 0;
  const Connection client = bed.connect_with(request);
  EXPECT(client.closes());
  const std::string said(as_text(client.unread()));
  EXPECT((said.empty() || said == std::string(2, '\0')));
}

CASE("TCP-3.unresolvable", "A name that does not exist fails; nothing hangs on a resolver.") {
  Request request = bed.request(Command::tcp);
  request.address = request_address("no-such-name.invalid", 80);
  const Connection client = bed.connect_with(request);
  EXPECT(client.closes_silently_within(bed.pace().answer_limit + 12s));
}

}  // namespace
}  // namespace fullcone::conformance
