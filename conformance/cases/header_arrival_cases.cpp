// HDR-5 and HDR-6: how a request arrives, in what pieces and how late.
#include <algorithm>
#include <array>
#include <vector>

#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

CASE("HDR-5.octet-by-octet", "The first packet must not vanish because of how TCP cut it.") {
  const TcpTarget target = bed.target();
  const Connection tcp = bed.connect();
  tcp.send_slowly(bed.request_to(Command::tcp, target.endpoint()).encode());
  const std::string hello = bed.unique("hello");
  tcp.send(hello);
  EXPECT(target.accept().receive(hello.size()) == hello);

  Request request = bed.request(Command::crumfurs);
  request.addons = session_addon(bed.random_id());
  const Connection crumfurs = bed.connect();
  crumfurs.send_slowly(request.encode());
  EXPECT(crumfurs.receive(1) == "\x14");
}

CASE("HDR-5.any-cut", "Every byte is the last of some segment, for some user.") {
  const TcpTarget target = bed.target();
  const Bytes header = bed.request_to(Command::tcp, target.endpoint()).encode();
  for (std::size_t cut = 1; cut < header.size(); ++cut) {
    const Connection client = bed.connect();
    const std::string hello = bed.unique("hello");
    client.send(ByteView(header).first(cut));
    client.send(to_bytes(ByteView(header).subspan(cut)) + to_bytes(hello));
    EXPECT(target.accept().receive(hello.size()) == hello);
    client.close();
  }
}

CASE("HDR-5.payload-behind", "What shares a record with the header is payload, and none is lost.") {
  const TcpTarget target = bed.target();
  const std::string hello = bed.unique("hello", 5000);
  const Request tcp = bed.request_to(Command::tcp, target.endpoint());
  const Connection client = bed.connect_with(tcp.encode() + to_bytes(hello));
  EXPECT(target.accept().receive(hello.size()) == hello);
}

CASE("HDR-5.frames-behind", "The first datagrams of a channel come with its request.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  const std::string first = bed.unique("first"), second = bed.unique("second");
  Request request = bed.request_to(Command::udp, peer.endpoint());
  request.addons = session.addons();
  const Bytes second_frame = frame(second);
  const Connection channel = bed.connect_with(request.encode() + frame(first) +
                                              Bytes(second_frame.begin(), second_frame.end() - 4));
  peer.receive_from(first);
  channel.send(ByteView(second_frame).last(4));
  peer.receive_from(second);
}

// Each ends with the byte that shows its fault.
std::vector<Bytes> malformed_headers(ServerBed& bed) {
  Request request = bed.request(Command::tcp);
  const Bytes start = request.encode();  // version, uuid, no addons, TCP
  const Bytes until_addons(start.begin(), start.begin() + 17);
  request.address = Bytes{0, 80, 4};
  const Bytes atyp = request.encode();
  request.address = Bytes{0, 80, 2, 0};
  const Bytes domain = request.encode();
  return {Bytes{9},
          until_addons + Bytes{3, 0x7f, 2},
          until_addons + Bytes{3, 0x7f, 0, 0x7f},
          until_addons + Bytes{19, 1, 17},
          until_addons + Bytes{0, 9},
          until_addons + Bytes{3, 2, 1, 2, 4},
          atyp,
          domain};
}

CASE("HDR-5.judged-in-time",
     "A fault is judged on the byte that shows it: not later, not before.") {
  const auto headers = malformed_headers(bed);
  const TimePoint begun = bed.network().now();
  std::vector<Connection> connections;
  std::vector<Party> parties;
  for (const Bytes& header : headers) {
    connections.push_back(bed.connect());
    if (header.size() > 1) connections.back().send(ByteView(header).first(header.size() - 1));
    parties.push_back(connections.back());
  }
  const Finding silent = bed.stays_silent(parties);
  bed.still_within(begun, bed.subject().header_timeout, "header timeout");
  EXPECT(silent);
  for (std::size_t i = 0; i < headers.size(); ++i) {
    connections[i].send(ByteView(headers[i]).last(1));
    EXPECT(connections[i].closes_silently());
  }
}

CASE("HDR-6.timeout", "Connections that say nothing, or too little, must not use up the server.") {
  const TcpTarget target = bed.target();
  const Bytes header = bed.request_to(Command::tcp, target.endpoint()).encode();
  const TimePoint begun = bed.network().now();
  const Connection mute = bed.connect("mute"), half = bed.connect("half"),
                   dripping = bed.connect("dripping");
  half.send(ByteView(header).first(header.size() / 2));
  const Duration timeout = bed.subject().header_timeout;
  constexpr int kDrops = 8;
  for (int i = 0; i < kDrops; ++i) {  // up to 0.8 of the timeout
    dripping.send(ByteView(header).subspan(static_cast<std::size_t>(i), 1));
    bed.pass(timeout / 10, "header timeout");
  }
  std::vector<Finding> stand;
  for (const Connection& each : {mute, half, dripping}) stand.push_back(each.is_open());
  bed.still_within(begun, timeout, "header timeout");
  for (const Finding& stands : stand) EXPECT(stands);
  const Duration rest = timeout / 5 + bed.pace().answer_limit;
  for (const Connection& each : {mute, half, dripping}) {
    EXPECT(each.closes_silently_within(rest));
  }
}

CASE("HDR-6.end-before-header", "A client that leaves before it said anything is let go at once.") {
  const TcpTarget target = bed.target();
  const Bytes header = bed.request_to(Command::tcp, target.endpoint()).encode();
  for (const std::size_t octets : {std::size_t{1}, header.size() - 1}) {
    const Connection client = bed.connect();
    client.send(ByteView(header).first(octets));
    client.end();
    EXPECT(client.closes_silently());
  }
  EXPECT(bed.stays_silent({target}));
}

}  // namespace
}  // namespace fullcone::conformance
