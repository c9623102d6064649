// TCP-1 to TCP-3 on the streams of a mux connection, and MUX-2: their credit.
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

struct Relayed {
  MuxStream stream;
  Connection far;
};

Relayed open_relay(ServerBed& bed, const Mux& mux) {
  const TcpTarget target = bed.target();
  const MuxStream stream = MuxStream::open(mux, request_address(target.endpoint()));
  return {stream, target.accept()};
}

Relayed open_relay(ServerBed& bed) { return open_relay(bed, bed.open_mux()); }

CASE("TCP-1.mux-both-ways", "Bytes unchanged and in order, more than the first credit.",
     .profile = "mux") {
  const auto [stream, far] = open_relay(bed);
  const std::string there = bed.unique("there", 600'000), back = bed.unique("back", 600'000);
  stream.send(there);
  EXPECT(far.receive(there.size()) == there);
  far.send(back);
  EXPECT(stream.receive(back.size()) == back);
}

CASE("TCP-1.mux-early", "What follows OPEN at once waits for its target, and is not lost.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const TcpTarget target = bed.target();
  const std::string hello = bed.unique("hello");
  const std::uint32_t id = mux.next_id();
  mux.expect_stream(id, false);
  mux.send_raw(open_tcp_frame(id, request_address(target.endpoint())).encode() +
                   data_frame(id, hello).encode() + fin_frame(id).encode(),
               "OPEN, DATA and FIN in one");
  EXPECT(target.accept().receive_all() == hello);
}

CASE("TCP-1.mux-ipv6", "A user without IPv6 reaches IPv6 by mux as well.", .profile = "mux") {
  const Mux mux = bed.open_mux();
  const TcpTarget target = bed.target(Family::ipv6);
  const MuxStream stream = MuxStream::open(mux, request_address(target.endpoint()));
  const std::string hello = bed.unique("hello");
  stream.send(hello);
  EXPECT(target.accept().receive(hello.size()) == hello);
}

CASE("TCP-2.mux-client-ends", "Protocols that close their side and then read an answer work.",
     .profile = "mux") {
  const auto [stream, far] = open_relay(bed);
  const std::string question = bed.unique("question"), answer = bed.unique("answer", 50'000);
  stream.send(question);
  stream.end();
  EXPECT(far.receive_all() == question);
  EXPECT(bed.stays_silent({stream.mux()}));
  far.send(answer);
  far.end();
  EXPECT(stream.receive_all() == answer);
  EXPECT(bed.stays_silent({stream.mux()}));
}

CASE("TCP-2.mux-target-ends", "A server that has said everything still hears the rest.",
     .profile = "mux") {
  const auto [stream, far] = open_relay(bed);
  const std::string greeting = bed.unique("greeting"), rest = bed.unique("rest", 50'000);
  far.send(greeting);
  far.end();
  EXPECT(stream.receive_all() == greeting);
  stream.send(rest);
  stream.end();
  EXPECT(far.receive_all() == rest);
}

CASE("TCP-2.mux-client-resets", "A stream that was reset leaves nothing hanging at its target.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const auto [stream, far] = open_relay(bed, mux);
  const auto [other, other_far] = open_relay(bed, mux);
  stream.reset();
  EXPECT(far.closes());
  const std::string hello = bed.unique("hello");
  other_far.send(hello);
  EXPECT(other.receive(hello.size()) == hello);
}

CASE("TCP-2.mux-target-cut", "A cut target is not a stream that merely went quiet.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const auto [stream, far] = open_relay(bed, mux);
  const auto [other, other_far] = open_relay(bed, mux);
  far.cut();
  EXPECT(stream.is_reset(kTargetFailed));
  const std::string hello = bed.unique("hello");
  other_far.send(hello);
  EXPECT(other.receive(hello.size()) == hello);
}

CASE("TCP-3.mux-refused", "A target that refuses costs its stream, and no other.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const Endpoint refusing = bed.network().refusing_endpoint();
  EXPECT(MuxStream::open(mux, request_address(refusing)).is_reset(kTargetFailed));
  mux.ping();
}

CASE("TCP-3.mux-unresolvable", "A name that does not exist fails; nothing hangs on a resolver.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const MuxStream stream = MuxStream::open(mux, request_address("no-such-name.invalid", 80));
  bed.run_until(
      [&] {
        mux.look();
        return stream.state().reset.has_value();
      },
      bed.pace().answer_limit + 12s);
  EXPECT(stream.is_reset(kTargetFailed));
  mux.ping();
}

// ----- credit

CASE("MUX-2.first-credit", "A paused download stops at its credit, and goes on when it is read.",
     .profile = "mux") {
  const auto [stream, far] = open_relay(bed);
  const std::string all = bed.unique("all", kFirstCredit + 50'000);
  stream.hold_credit();
  far.send(all);
  std::string came = stream.receive(kFirstCredit);
  EXPECT(bed.stays_silent({stream.mux()}));
  stream.grant(20'000);
  came += stream.receive(20'000);
  EXPECT(bed.stays_silent({stream.mux()}));
  stream.grant(kFirstCredit);
  came += stream.receive(30'000);
  EXPECT(came == all);
}

CASE("MUX-2.renewed", "An upload of any length goes on as long as it is read.", .profile = "mux") {
  const auto [stream, far] = open_relay(bed);
  for (int i = 0; i < 5; ++i) {
    const std::string there = bed.unique("there", 300'000);
    stream.send(there);
    EXPECT(far.receive(there.size()) == there);
  }
}

// More than a credit that has grown, and what the path to a target holds.
std::size_t more_than_enough(const Bed& bed) { return bed.pace().path_holds + 8 * kFirstCredit; }

CASE("MUX-2.unread", "A target that does not read costs a bounded queue.", .profile = "mux") {
  const auto [stream, far] = open_relay(bed);
  far.stream().pause_reading(true);
  EXPECT(stream.send_until_stalled(more_than_enough(bed)) < more_than_enough(bed));
}

CASE("MUX-2.stalled-download", "A paused download does not freeze the page.", .profile = "mux") {
  const Mux mux = bed.open_mux();
  const auto [stalled, far_of_stalled] = open_relay(bed, mux);
  const auto [other, far] = open_relay(bed, mux);
  const MuxAssociation association = MuxAssociation::open(mux);
  stalled.hold_credit();
  far_of_stalled.send(bed.unique("much", 2 * kFirstCredit));
  stalled.receive(kFirstCredit);
  const std::string there = bed.unique("there", 300'000), back = bed.unique("back", 300'000);
  other.send(there);
  EXPECT(far.receive(there.size()) == there);
  far.send(back);
  EXPECT(other.receive(back.size()) == back);
  association.external_port(bed.peer());
  EXPECT(stalled.state().unread().empty());
}

CASE("MUX-2.stalled-upload", "An upload that is not read does not hold up another.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const auto [stalled, far_of_stalled] = open_relay(bed, mux);
  const auto [other, far] = open_relay(bed, mux);
  const MuxAssociation association = MuxAssociation::open(mux);
  far_of_stalled.stream().pause_reading(true);
  stalled.send_until_stalled(more_than_enough(bed));
  const std::string there = bed.unique("there", 300'000);
  other.send(there);
  EXPECT(far.receive(there.size()) == there);
  association.external_port(bed.peer());
}

CASE("MUX-2.credit-sum", "Credit beyond what the field can count is as much as it can count.",
     .profile = "mux") {
  const auto [stream, far] = open_relay(bed);
  stream.hold_credit();
  stream.grant(0xffff'ffff);
  stream.grant(0xffff'ffff);
  const std::string all = bed.unique("all", 2 * kFirstCredit);
  far.send(all);
  EXPECT(stream.receive(all.size()) == all);
}

}  // namespace
}  // namespace fullcone::conformance
