// What a client sends by mux, and how it reads it: TCP and MUX-2 to MUX-5.
#include <algorithm>

#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

constexpr std::string_view kProfile = "mux";
constexpr ClientMode kMux = ClientMode::mux;

void expect_carries(ClientBed& bed, const ServedTunnel& tunnel) {
  const std::string there = bed.unique("there"), back = bed.unique("back");
  tunnel.app.send(there);
  EXPECT(tunnel.stream.receive(there.size()) == there);
  tunnel.stream.send(back);
  EXPECT(tunnel.app.receive(back.size()) == back);
}

// ----- TCP

CLIENT_CASE("TCP-1.client-mux", "Bytes unchanged and in order, more than the first credit.",
            .profile = kProfile, .mode = kMux) {
  const ServedTunnel tunnel = bed.tunnel_by_mux(bed.destination());
  const std::string there = bed.unique("there", 600'000), back = bed.unique("back", 600'000);
  tunnel.app.send(there);
  EXPECT(tunnel.stream.receive(there.size()) == there);
  tunnel.stream.send(back);
  EXPECT(tunnel.app.receive(back.size()) == back);
}

CLIENT_CASE("TCP-2.client-mux-app-ends", "An app that has said everything still gets its answer.",
            .profile = kProfile, .mode = kMux) {
  const auto [app, stream] = bed.tunnel_by_mux(bed.destination());
  const std::string question = bed.unique("question"), answer = bed.unique("answer", 50'000);
  app.send(question);
  app.end();
  EXPECT(stream.receive_all() == question);
  EXPECT(bed.stays_silent({app, stream.mux()}));
  stream.send(answer);
  stream.end();
  EXPECT(app.receive_all() == answer);
}

CLIENT_CASE("TCP-2.client-mux-server-ends", "A target that has said everything hears the app.",
            .profile = kProfile, .mode = kMux) {
  const auto [app, stream] = bed.tunnel_by_mux(bed.destination());
  const std::string greeting = bed.unique("greeting"), rest = bed.unique("rest", 50'000);
  stream.send(greeting);
  stream.end();
  EXPECT(app.receive_all() == greeting);
  app.send(rest);
  app.end();
  EXPECT(stream.receive_all() == rest);
}

CLIENT_CASE("TCP-2.client-mux-reset", "A stream that is reset leaves no app waiting for ever.",
            .profile = kProfile, .mode = kMux) {
  const ServedTunnel tunnel = bed.tunnel_by_mux(bed.destination());
  const ServedTunnel other = bed.tunnel_by_mux(bed.destination());
  tunnel.stream.reset();
  EXPECT(tunnel.app.closes());
  expect_carries(bed, other);
}

CLIENT_CASE("TCP-2.client-mux-app-cut", "An app that crashes leaves nothing at the server.",
            .profile = kProfile, .mode = kMux) {
  const ServedTunnel tunnel = bed.tunnel_by_mux(bed.destination());
  const ServedTunnel other = bed.tunnel_by_mux(bed.destination());
  tunnel.app.cut();
  EXPECT(tunnel.stream.is_reset(0));
  expect_carries(bed, other);
}

// ----- credit

CLIENT_CASE("MUX-2.client-credit", "An upload stops at its credit, and goes on when it is read.",
            .profile = kProfile, .mode = kMux) {
  const auto [app, stream] = bed.tunnel_by_mux(bed.destination());
  const std::string all = bed.unique("all", kFirstCredit + 50'000);
  stream.hold_credit();
  app.send(all);
  std::string came = stream.receive(kFirstCredit);
  EXPECT(bed.stays_silent({stream.mux()}));
  stream.grant(20'000);
  came += stream.receive(20'000);
  EXPECT(bed.stays_silent({stream.mux()}));
  stream.grant(kFirstCredit);
  came += stream.receive(30'000);
  EXPECT(came == all);
}

CLIENT_CASE("MUX-2.client-unread", "An app that does not read costs a bounded queue, and no other.",
            .profile = kProfile, .mode = kMux) {
  const ServedTunnel tunnel = bed.tunnel_by_mux(bed.destination());
  const ServedTunnel other = bed.tunnel_by_mux(bed.destination());
  const std::size_t most = bed.pace().path_holds + 8 * kFirstCredit;
  tunnel.app.stream().pause_reading(true);
  EXPECT(tunnel.stream.send_until_stalled(most) < most);
  expect_carries(bed, other);
}

CLIENT_CASE("MUX-2.client-stalled", "An upload without credit holds up no other.",
            .profile = kProfile, .mode = kMux) {
  const ServedTunnel tunnel = bed.tunnel_by_mux(bed.destination());
  const ServedTunnel other = bed.tunnel_by_mux(bed.destination());
  tunnel.stream.hold_credit();
  tunnel.app.send(bed.unique("much", 2 * kFirstCredit));
  tunnel.stream.receive(kFirstCredit);
  expect_carries(bed, other);
  bed.serve_by_mux(bed.associate(), bed.destination());
}

// ----- order

CLIENT_CASE("MUX-3.client-overtakes", "A voice packet does not wait behind an upload.",
            .profile = kProfile, .mode = kMux) {
  const auto [app, stream] = bed.tunnel_by_mux(bed.destination());
  const App voice = bed.associate();
  const Endpoint there = bed.destination();
  const MuxAssociation association = bed.serve_by_mux(voice, there);
  const Mux& mux = association.mux();
  const std::size_t much = bed.pace().path_holds + 8 * kFirstCredit;
  stream.hold_credit();
  stream.grant(static_cast<std::uint32_t>(much));
  mux.connection().stream().pause_reading(true);
  const std::string piece(64 * 1024, '.');
  for (std::size_t sent = 0; sent < much; sent += piece.size()) app.send(piece);
  app.end();
  bed.wait_a_round_trip();
  const std::string now = bed.unique("now");
  voice.send_to(there, now);
  bed.wait_a_round_trip();
  mux.connection().stream().pause_reading(false);
  EXPECT(association.receive() == (MuxDatagram{there, now}));
  const std::size_t before = stream.arrived();
  const auto& arrivals = mux.arrivals();
  const auto last = std::ranges::find_if(arrivals.rbegin(), arrivals.rend(),
                                         [](const auto& each) { return each.datagram; });
  std::size_t behind = 0;
  std::for_each(arrivals.rbegin(), last, [&](const auto& each) { behind += each.size; });
  const std::size_t all = stream.receive_all().size();
  EXPECT(before - behind + 2 * kFirstCredit < all);
}

CLIENT_CASE("MUX-3.client-turns", "Of two uploads neither waits for the other's end.",
            .profile = kProfile, .mode = kMux) {
  const ServedTunnel one = bed.tunnel_by_mux(bed.destination());
  const ServedTunnel other = bed.tunnel_by_mux(bed.destination());
  const Mux mux = bed.mux();
  constexpr std::size_t kMuch = 4 * kFirstCredit;
  for (const ServedTunnel& each : {one, other}) {
    each.stream.hold_credit();
    each.app.send(bed.unique("much", kMuch));
    each.app.end();
  }
  mux.wait_until([&] {
    return one.stream.arrived() == kFirstCredit && other.stream.arrived() == kFirstCredit;
  });
  for (const MuxStream& stream : {one.stream, other.stream}) stream.state().granted += kMuch;
  mux.send_raw(window_frame(one.stream.id(), kMuch).encode() +
                   window_frame(other.stream.id(), kMuch).encode(),
               "WINDOW of both streams in one");
  one.stream.receive(kMuch);
  other.stream.receive(kMuch);
  std::size_t of_one = 0, of_other = 0;
  for (const Mux::Arrival& each : mux.arrivals()) {
    (each.stream == one.stream.id() ? of_one : of_other) += each.size;
    EXPECT(each.size <= kFairData);
    if (std::max(of_one, of_other) == kMuch) break;
  }
  // Without turns the other has no more than its first credit by then.
  EXPECT(std::min(of_one, of_other) > kFirstCredit + kFirstCredit / 2);
}

// ----- frames

CLIENT_CASE("MUX-4.client-ping", "A server sees at once whether its client still lives.",
            .profile = kProfile, .mode = kMux) {
  const ServedTunnel tunnel = bed.tunnel_by_mux(bed.destination());
  for (int i = 0; i < 3; ++i) tunnel.stream.mux().ping();
  tunnel.stream.mux().send({FrameType::pong, 0, Bytes(8, 0x5a)});
  tunnel.stream.mux().send({FrameType::padding, 77, Bytes(65'535, 0xff)});
  EXPECT(bed.stays_silent({tunnel.stream.mux(), tunnel.app}));
  expect_carries(bed, tunnel);
}

CLIENT_CASE("MUX-4.client-unknown-stream", "What comes too late for its stream is harmless.",
            .profile = kProfile, .mode = kMux) {
  const ServedTunnel tunnel = bed.tunnel_by_mux(bed.destination());
  const Mux mux = bed.mux();
  const MuxFrame frames[] = {data_frame(101, "late"), window_frame(102, 1), fin_frame(103),
                             datagram_frame(104, bed.destination(), "late")};
  for (const MuxFrame& frame : frames) {
    mux.send(frame);
    EXPECT(is_reset(mux, frame.stream, kNoSuchStream));
  }
  mux.send(reset_frame(105));  // never answered
  EXPECT(bed.stays_silent({mux, tunnel.app}));
  expect_carries(bed, tunnel);
}

CLIENT_CASE("MUX-4.client-broken-stream", "A stream whose rules are broken ends, and no other.",
            .profile = kProfile, .mode = kMux) {
  const ServedTunnel tunnel = bed.tunnel_by_mux(bed.destination());
  const ServedTunnel other = bed.tunnel_by_mux(bed.destination());
  tunnel.stream.end();
  bed.mux().send(data_frame(tunnel.stream.id(), "late"));
  EXPECT(tunnel.stream.is_reset(kBrokeRules));
  EXPECT(tunnel.app.closes());
  expect_carries(bed, other);
}

CLIENT_CASE("MUX-4.client-malformed", "A server's lies cost the connection that they came on.",
            .profile = kProfile, .mode = kMux) {
  const MuxFrame lies[] = {{FrameType{9}, 1},
                           open_udp_frame(0x7000'0000),
                           datagram_frame(2, NamedEndpoint{"name.example", 53}, "lie"),
                           {FrameType::window, 1, Bytes(3)}};
  const App app = bed.associate();
  for (const MuxFrame& lie : lies) {
    const ServedTunnel tunnel = bed.tunnel_by_mux(bed.destination());
    const Mux mux = bed.mux();
    mux.send(lie);
    EXPECT(mux.closes());
    EXPECT(tunnel.app.closes());
  }
  EXPECT(app.control().is_open());
}

// ----- what goes by mux

CLIENT_CASE("MUX-5.one-connection", "One connection carries all, as the apps wrote it.",
            .profile = kProfile, .mode = kMux) {
  bed.tunnel_by_mux(bed.destination());
  bed.tunnel_by_mux(bed.destination(Family::ipv6));
  bed.tunnel_by_mux(NamedEndpoint{"Www.Example", 443});
  bed.serve_by_mux(bed.associate(), NamedEndpoint{"Stun.Example", 3478});
  EXPECT(bed.stays_silent({bed.requests(), bed.mux()}));
}

CLIENT_CASE("MUX-5.one-stream", "An app is one stream, whoever it talks to, and no other app's.",
            .profile = kProfile, .mode = kMux) {
  const App app = bed.associate(), other = bed.associate();
  const Endpoint there = bed.destination(), elsewhere = bed.destination(Family::ipv6);
  const NamedEndpoint name{"Stun.Example", 3478};
  const MuxAssociation association = bed.serve_by_mux(app, there);
  for (const Destination& each : {Destination(elsewhere), Destination(name), Destination(there)}) {
    const std::string hello = bed.unique("hello");
    app.send_to(each, hello);
    EXPECT(association.receive() == (MuxDatagram{each, hello}));
  }
  const MuxAssociation of_other = bed.serve_by_mux(other, there);
  const std::string back = bed.unique("back");
  of_other.send_to(there, back);
  EXPECT(other.receive() == (AppDatagram{there, back}));
  EXPECT(bed.stays_silent({app, bed.requests(), bed.mux()}));
}

CLIENT_CASE("MUX-5.strangers", "Whoever writes to the app is heard, once, under its own name.",
            .profile = kProfile, .mode = kMux) {
  const App app = bed.associate();
  const MuxAssociation association = bed.serve_by_mux(app, bed.destination());
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    const Endpoint stranger = bed.destination(family);
    for (const std::string& payload : {bed.unique("hello"), std::string(), bed.unique("l", 9000)}) {
      association.send_to(stranger, payload);
      EXPECT(app.receive() == (AppDatagram{stranger, payload}));
    }
  }
  EXPECT(bed.stays_silent({app, association.mux()}));
}

CLIENT_CASE("MUX-5.not-before", "An association that sends nothing opens, and shows, nothing.",
            .profile = kProfile, .mode = kMux) {
  const App app = bed.associate();
  EXPECT(bed.stays_silent({bed.requests(), app.control()}));
}

CLIENT_CASE("MUX-5.app-quits", "The stream of an app that has gone goes, too.", .profile = kProfile,
            .mode = kMux) {
  const App app = bed.associate();
  const MuxAssociation association = bed.serve_by_mux(app, bed.destination());
  app.quit();
  EXPECT(association.mux().wait_until([&] {
    const auto& stream = association.mux().stream(association.id());
    return stream.ended || stream.reset;
  }));
}

CLIENT_CASE("MUX-5.redials", "A lost connection ends what cannot go on, and nothing else.",
            .profile = kProfile, .mode = kMux) {
  const App app = bed.associate();
  const ServedTunnel tunnel = bed.tunnel_by_mux(bed.destination());
  bed.serve_by_mux(app, bed.destination());
  bed.mux().cut();
  EXPECT(tunnel.app.closes());
  const Mux::Opened again = bed.mux().next_open();  // without the app
  EXPECT(!again.target);
  const MuxAssociation association(bed.mux(), again.stream);
  const Endpoint stranger = bed.destination();
  const std::string hello = bed.unique("hello"), back = bed.unique("back");
  association.send_to(stranger, hello);
  EXPECT(app.receive() == (AppDatagram{stranger, hello}));
  app.send_to(stranger, back);
  EXPECT(association.receive() == (MuxDatagram{stranger, back}));
  EXPECT(app.control().is_open());
}

CLIENT_CASE("MUX-5.stream-reset", "An association that the server gave up begins another.",
            .profile = kProfile, .mode = kMux) {
  const App app = bed.associate();
  const MuxAssociation association = bed.serve_by_mux(app, bed.destination());
  bed.mux().stream(association.id()).given_up = true;
  bed.mux().send(reset_frame(association.id()));
  bed.mux().ping();
  bed.serve_by_mux(app, bed.destination());
}

}  // namespace
}  // namespace fullcone::conformance
