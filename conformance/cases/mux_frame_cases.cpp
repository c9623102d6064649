// MUX-4: frames, what breaks a stream and what breaks the connection; and the limit of streams.
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

void expect_relays(ServerBed& bed, const Relayed& relayed) {
  const std::string there = bed.unique("there");
  relayed.stream.send(there);
  EXPECT(relayed.far.receive(there.size()) == there);
}

CASE("HDR-3.mux-refused", "Where there is no mux, a client is told at once, by silence.",
     .profile = "mux") {
  const Connection connection = bed.connect_with(bed.request(Command::mux));
  const Mux mux(connection, mux::Sender::server);
  if (mux.is_answered()) bed.skip("the server offers mux");
  EXPECT(connection.closes_silently());
}

CASE("MUX-4.ping", "A client sees at once whether its connection still lives.", .profile = "mux") {
  const Mux mux = bed.open_mux();
  for (int i = 0; i < 3; ++i) mux.ping();
  mux.send({FrameType::pong, 0, Bytes(8, 0x5a)});  // unsolicited: ignored
  EXPECT(bed.stays_silent({mux}));
}

CASE("MUX-4.any-cut", "TCP may cut a frame anywhere, and join it with the request.",
     .profile = "mux") {
  bed.open_mux().close();
  const TcpTarget target = bed.target();
  const std::string hello = bed.unique("hello"), more = bed.unique("more");
  const Bytes frames = open_tcp_frame(1, request_address(target.endpoint())).encode() +
                       data_frame(1, hello).encode();
  const Mux mux(bed.connect_with(bed.request(Command::mux).encode() + frames, "mux in one record"),
                mux::Sender::server);
  mux.expect_stream(1, false);
  const Connection far = target.accept();
  EXPECT(far.receive(hello.size()) == hello);
  mux.connection().send_slowly(data_frame(1, more).encode());
  EXPECT(far.receive(more.size()) == more);
  mux.ping();
}

CASE("MUX-4.padding", "Padding hides sizes, whatever stream it names, and means nothing.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const Relayed relayed = open_relay(bed, mux);
  for (const std::uint32_t stream : {0u, relayed.stream.id(), 77u, 0xffff'ffffu}) {
    mux.send({FrameType::padding, stream, Bytes(stream % 1000)});
  }
  mux.send({FrameType::padding, 0, Bytes(65'535, 0xff)});
  EXPECT(bed.stays_silent({mux}));
  expect_relays(bed, relayed);
}

CASE("MUX-4.largest-frame", "A sender may fill a frame, though its peer sends shorter ones.",
     .profile = "mux") {
  const auto [stream, far] = open_relay(bed, bed.open_mux());
  const std::string largest = bed.unique("largest", 65'535);
  stream.mux().send(data_frame(stream.id(), largest));
  EXPECT(far.receive(largest.size()) == largest);
}

CASE("MUX-4.unknown-stream", "What comes too late for its stream is answered, and harmless.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const Relayed relayed = open_relay(bed, mux);
  const Endpoint nowhere = bed.network().refusing_endpoint();
  const MuxFrame frames[] = {data_frame(101, "late"), window_frame(102, 1), fin_frame(103),
                             datagram_frame(104, nowhere, "late")};
  for (const MuxFrame& frame : frames) {
    mux.send(frame);
    EXPECT(is_reset(mux, frame.stream, kNoSuchStream));
  }
  EXPECT(bed.stays_silent({mux}));
  expect_relays(bed, relayed);
}

CASE("MUX-4.closed-stream", "A stream that is over stays over.", .profile = "mux") {
  const Mux mux = bed.open_mux();
  const Relayed relayed = open_relay(bed, mux), other = open_relay(bed, mux);
  relayed.stream.reset();
  EXPECT(relayed.far.closes());
  const MuxAssociation association = MuxAssociation::open(mux);
  association.end();
  mux.send(data_frame(relayed.stream.id(), "late"));
  EXPECT(is_reset(mux, relayed.stream.id(), kNoSuchStream));
  mux.send(datagram_frame(association.id(), bed.network().refusing_endpoint(), "late"));
  EXPECT(is_reset(mux, association.id(), kNoSuchStream));
  expect_relays(bed, other);
}

CASE("MUX-4.reset-unanswered", "Two ends do not answer each other's farewells for ever.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const Relayed relayed = open_relay(bed, mux);
  relayed.stream.reset();
  mux.send(reset_frame(relayed.stream.id(), kNoSuchStream));
  mux.send(reset_frame(1001, 0xee));  // never opened; an unknown reason reads as 0
  mux.ping();
  EXPECT(!mux.stream(relayed.stream.id()).reset);
  EXPECT(!mux.stream(1001).reset);
}

CASE("MUX-4.beyond-credit", "Who ignores credit loses the stream, before it costs memory.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const Relayed relayed = open_relay(bed, mux), other = open_relay(bed, mux);
  const MuxStream& stream = relayed.stream;
  relayed.far.stream().pause_reading(true);
  const std::size_t most = bed.pace().path_holds + 8 * kFirstCredit;
  for (std::size_t sent = 0; sent < most; --stream.state().credit, ++sent) {
    sent += stream.send_until_stalled(most - sent);
    mux.send(data_frame(stream.id(), "x"));
    mux.wait_until([&] { return stream.state().credit != 0 || stream.state().reset; });
    if (stream.state().credit == 0) break;  // else it had been granted meanwhile
  }
  EXPECT(stream.is_reset(kBrokeRules));
  expect_relays(bed, other);
}

CASE("MUX-4.after-fin", "Who goes on after the end has lost track of its stream.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const Relayed other = open_relay(bed, mux);
  const MuxFrame late[] = {data_frame(0, "late"), fin_frame(0)};
  for (MuxFrame frame : late) {
    const Relayed relayed = open_relay(bed, mux);
    relayed.stream.end();
    frame.stream = relayed.stream.id();
    mux.send(frame);
    EXPECT(relayed.stream.is_reset(kBrokeRules));
  }
  expect_relays(bed, other);
}

CASE("MUX-4.other-network", "A datagram is no part of a stream, nor the other way round.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const Relayed relayed = open_relay(bed, mux), other = open_relay(bed, mux);
  const Peer peer = bed.peer();
  mux.send(datagram_frame(relayed.stream.id(), peer.endpoint(), bed.unique("astray")));
  EXPECT(relayed.stream.is_reset(kBrokeRules));
  EXPECT(relayed.far.closes());
  for (const MuxFrame& frame : {data_frame(0, "astray"), window_frame(0, 1)}) {
    const MuxAssociation association = MuxAssociation::open(mux);
    mux.send({frame.type, association.id(), frame.body});
    EXPECT(association.is_reset(kBrokeRules));
  }
  EXPECT(bed.stays_silent({mux, peer}));
  expect_relays(bed, other);
}

// That `frame`, behind an OPEN of the streams 1, TCP, and 2, UDP, closes the connection.
void expect_malformed(ServerBed& bed, const MuxFrame& frame) {
  const Mux mux = bed.open_mux();
  const TcpTarget target = bed.target();
  const MuxStream stream = MuxStream::open(mux, request_address(target.endpoint()));
  MuxAssociation::open(mux);
  const Connection far = target.accept();
  mux.send(frame);
  EXPECT(mux.closes());
  EXPECT(far.closes());
}

void expect_malformed(ServerBed& bed, const std::vector<MuxFrame>& frames) {
  const Relayed bystander = open_relay(bed, bed.open_mux());
  for (const MuxFrame& frame : frames) expect_malformed(bed, frame);
  expect_relays(bed, bystander);
}

CASE("MUX-4.malformed-type", "A partner whose frames mean something else cannot go on.",
     .profile = "mux") {
  expect_malformed(bed, {{FrameType{9}, 1}, {FrameType{0xff}, 0, Bytes(8)}});
}

CASE("MUX-4.malformed-stream", "What is the connection's is no stream's, nor the other way.",
     .profile = "mux") {
  expect_malformed(bed, {open_udp_frame(0),
                         data_frame(0, "x"),
                         window_frame(0, 1),
                         fin_frame(0),
                         reset_frame(0),
                         {FrameType::ping, 1, Bytes(8)},
                         {FrameType::pong, 1, Bytes(8)}});
}

CASE("MUX-4.malformed-body", "A body of another length is not what it says.", .profile = "mux") {
  expect_malformed(bed, {{FrameType::open, 9, {}},
                         {FrameType::open, 9, Bytes{3}},
                         {FrameType::open, 9, Bytes{2, 0}},
                         {FrameType::open, 9, Bytes{1, 0, 80, 1, 127, 0, 0}},
                         {FrameType::open, 9, Bytes{1, 0, 80, 1, 127, 0, 0, 1, 0}},
                         {FrameType::datagram, 2, Bytes{1, 127, 0}},
                         {FrameType::window, 1, Bytes(3)},
                         {FrameType::window, 1, Bytes(5)},
                         {FrameType::fin, 1, Bytes(1)},
                         {FrameType::reset, 1, {}},
                         {FrameType::reset, 1, Bytes(2)},
                         {FrameType::ping, 0, Bytes(7)},
                         {FrameType::pong, 0, Bytes(9)}});
}

CASE("MUX-4.malformed-address", "An address that the header refuses is refused here, too.",
     .profile = "mux") {
  expect_malformed(bed, {{FrameType::open, 9, Bytes{1, 0, 80, 4, 127, 0, 0, 1}},
                         {FrameType::open, 9, Bytes{1, 0, 80, 2, 0}},
                         {FrameType::datagram, 2, Bytes{0, 127, 0, 0, 1, 0, 80}},
                         {FrameType::datagram, 2, Bytes{2, 0, 0, 80}}});
}

CASE("MUX-4.ids-rise", "A stream id is never used again: what is late is told from what is new.",
     .profile = "mux") {
  const Relayed bystander = open_relay(bed, bed.open_mux());
  for (const std::uint32_t id : {7u, 6u, 1u}) {
    const Mux mux = bed.open_mux();
    for (const std::uint32_t rising : {5u, 7u}) {
      mux.expect_stream(rising, true);
      mux.send(open_udp_frame(rising));
    }
    mux.ping();
    mux.send(open_udp_frame(id));
    EXPECT(mux.closes());
  }
  const Mux mux = bed.open_mux();
  mux.expect_stream(0xffff'ffff, true);
  mux.send(open_udp_frame(0xffff'ffff));
  mux.ping();
  EXPECT(bed.stays_silent({mux}));
  expect_relays(bed, bystander);
}

// Opens as many UDP streams as may be open, the limit given.
std::vector<MuxAssociation> fill(const Mux& mux, std::size_t limit) {
  std::vector<MuxAssociation> all;
  for (std::size_t i = 0; i < limit; ++i) all.push_back(MuxAssociation::open(mux));
  mux.ping();
  for (const auto& each : all) EXPECT(!mux.stream(each.id()).reset);
  return all;
}

CASE("MUX-4.stream-limit", "One connection more than full costs the newest stream alone.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const auto all = fill(mux, bed.subject().mux_streams);
  EXPECT(MuxAssociation::open(mux).is_reset(kNotAllowed));
  EXPECT(MuxStream::open(mux, request_address(bed.target().endpoint())).is_reset(kNotAllowed));
  all.front().external_port(bed.peer());
  all.back().end();
  MuxAssociation::open(mux).external_port(bed.peer());
}

CASE("MUX-4.leaves-nothing", "A thousand streams that have gone leave room for a thousand.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const Peer peer = bed.peer();
  std::vector<Endpoint> ports;
  for (int round = 0; round < 2; ++round) {
    const auto all = fill(mux, bed.subject().mux_streams);
    for (std::size_t i = 0; i < all.size(); i += 64) ports.push_back(all[i].external_port(peer));
    for (const MuxAssociation& each : all) {
      if (bed.random().below(2) == 0) {
        each.end();
      } else {
        mux.stream(each.id()).given_up = true;
        mux.send(reset_frame(each.id()));
      }
    }
    mux.ping();
    for (const Endpoint& port : ports) EXPECT(bed.is_released(port));
    ports.clear();
  }
  expect_relays(bed, open_relay(bed, mux));
}

}  // namespace
}  // namespace fullcone::conformance
