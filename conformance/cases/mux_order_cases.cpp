// MUX-3: what goes first when everything wants to go at once.
#include <algorithm>

#include "conformance/bed/loss.hpp"
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

// `count` octets of no matter what, piece by piece.
void pour(const Connection& into, std::size_t count) {
  const std::string piece(64 * 1024, '.');
  for (; count != 0; count -= std::min(count, piece.size())) {
    into.send(std::string_view(piece).substr(0, std::min(count, piece.size())));
  }
}

CASE("MUX-3.overtakes", "A voice packet that waits behind a download is worth nothing.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const auto [stream, far] = open_relay(bed, mux);
  const MuxAssociation association = MuxAssociation::open(mux);
  const Peer peer = bed.peer();
  const Endpoint port = association.external_port(peer);
  const std::size_t much = bed.pace().path_holds + 8 * kFirstCredit;
  stream.hold_credit();
  stream.grant(static_cast<std::uint32_t>(much));
  mux.connection().stream().pause_reading(true);
  pour(far, much);
  far.end();
  bed.wait_a_round_trip();
  const std::string now = bed.unique("now");
  peer.send_to(port, now);
  bed.wait_a_round_trip();
  mux.connection().stream().pause_reading(false);
  EXPECT(association.receive() == (MuxDatagram{peer.endpoint(), now}));
  const auto datagram = std::ranges::find(mux.arrivals(), true, &Mux::Arrival::datagram);
  std::size_t before = 0;
  std::for_each(mux.arrivals().begin(), datagram, [&](const auto& each) { before += each.size; });
  EXPECT(stream.receive_all().size() == much);
  EXPECT(before + 2 * kFirstCredit < much);
}

CASE("MUX-3.bounded", "A client that does not read costs a bounded queue, and nobody else.",
     .profile = "mux") {
  needs_order(bed);
  const Mux slow = bed.open_mux();
  const MuxAssociation association = MuxAssociation::open(slow);
  const MuxAssociation other = MuxAssociation::open(bed.open_mux());
  const Peer peer = bed.peer(), late = bed.peer();
  const Endpoint port = association.external_port(peer);
  slow.connection().stream().pause_reading(true);
  constexpr auto kLongerThanABurst = 200ms;
  constexpr std::size_t kSize = 8000;
  const int count = static_cast<int>(bed.pace().path_holds / kSize * 5 / 4);
  for (int i = 0; i < count; ++i) {
    peer.send_to(port, bed.unique(std::to_string(i) + " ", kSize));
    if (i % 8 == 7) bed.run_until([] { return false; }, 1ms);  // a UDP socket keeps up
    if (i == count / 2) bed.run_until([] { return false; }, kLongerThanABurst);
  }
  other.external_port(late);
  slow.connection().stream().pause_reading(false);
  int heard = 0;
  int last = -1;
  for (;;) {  // what was queued, in order, and at last what was sent after it
    if (heard % 20 == 0) late.send_to(port, "last of all");
    const MuxDatagram datagram = association.receive();
    if (datagram.peer == Destination(late.endpoint())) break;
    EXPECT(datagram.payload.size() == kSize);
    const int number = std::stoi(datagram.payload);
    EXPECT(number > last);
    last = number;
    ++heard;
  }
  EXPECT(heard < count);
}

CASE("MUX-3.turns", "Of two downloads neither waits for the other's end.", .profile = "mux") {
  const Mux mux = bed.open_mux();
  const auto [one, far_of_one] = open_relay(bed, mux);
  const auto [other, far_of_other] = open_relay(bed, mux);
  constexpr std::size_t kMuch = 4 * kFirstCredit;
  for (const auto& [stream, far] : {Relayed{one, far_of_one}, Relayed{other, far_of_other}}) {
    stream.hold_credit();
    pour(far, kMuch);
    far.end();
  }
  mux.wait_until([&] { return one.arrived() == kFirstCredit && other.arrived() == kFirstCredit; });
  for (const MuxStream& stream : {one, other}) stream.state().granted += kMuch;
  mux.send_raw(window_frame(one.id(), kMuch).encode() + window_frame(other.id(), kMuch).encode(),
               "WINDOW of both streams in one");
  one.receive(kMuch);
  other.receive(kMuch);
  std::size_t of_one = 0, of_other = 0;
  for (const Mux::Arrival& each : mux.arrivals()) {
    (each.stream == one.id() ? of_one : of_other) += each.size;
    if (std::max(of_one, of_other) == kMuch) break;
  }
  // Without turns the other has no more than its first credit by then.
  EXPECT(std::min(of_one, of_other) > kFirstCredit + kFirstCredit / 2);
}

CASE("MUX-3.frame-size", "What a datagram cannot overtake, one frame of DATA, is short.",
     .profile = "mux") {
  const auto [stream, far] = open_relay(bed, bed.open_mux());
  pour(far, 600'000);
  stream.receive(600'000);
  for (const Mux::Arrival& each : stream.mux().arrivals()) EXPECT(each.size <= kFairData);
}

}  // namespace
}  // namespace fullcone::conformance
