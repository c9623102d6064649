#include "simulator/view/pcap.hpp"

#include <gtest/gtest.h>

#include "simulator/view/packet.hpp"
#include "simulator/world.hpp"

namespace fullcone::sim {
namespace {

const Endpoint kDialler{IpAddress::v4(45, 0, 0, 1), 32768};
const Endpoint kAcceptor{IpAddress::v4(44, 0, 0, 1), 443};

TraceRecord record(TraceKind kind, const Endpoint& from, const Endpoint& to,
                   ByteView payload = {}) {
  return {TimePoint{}, kind, from, to, payload, {}};
}

std::vector<Bytes> all(TcpFlows& flows, const std::vector<TraceRecord>& records) {
  std::vector<Bytes> packets;
  for (const TraceRecord& each : records) {
    for (Bytes& packet : flows.packets(each)) packets.push_back(std::move(packet));
  }
  return packets;
}

TEST(TcpFlows, AWholeConnection) {
  TcpFlows flows;
  const auto packets =
      all(flows, {record(TraceKind::stream_dialled, kDialler, kAcceptor),
                  record(TraceKind::stream_accepted, kDialler, kAcceptor),
                  record(TraceKind::stream_bytes, kDialler, kAcceptor, as_bytes("hello")),
                  record(TraceKind::stream_closed, kDialler, kAcceptor),
                  record(TraceKind::stream_ended, kDialler, kAcceptor),
                  record(TraceKind::stream_ended, kAcceptor, kDialler)});
  const std::vector<Bytes> expected = {
      tcp_packet(kDialler, kAcceptor, {1000, 0, kSyn}),
      tcp_packet(kAcceptor, kDialler, {5000, 1001, kSyn | kAck}),
      tcp_packet(kDialler, kAcceptor, {1001, 5001, kAck}),
      tcp_packet(kDialler, kAcceptor, {1001, 5001, kPsh | kAck}, as_bytes("hello")),
      tcp_packet(kAcceptor, kDialler, {5001, 1006, kAck}),
      tcp_packet(kDialler, kAcceptor, {1006, 5001, kFin | kAck}),
      tcp_packet(kAcceptor, kDialler, {5001, 1007, kAck}),
      tcp_packet(kAcceptor, kDialler, {5001, 1007, kFin | kAck}),
      tcp_packet(kDialler, kAcceptor, {1007, 5002, kAck}),
  };
  EXPECT_EQ(packets, expected);
}

TEST(TcpFlows, ARefusalAndACutAreResets) {
  TcpFlows refused;
  EXPECT_EQ(all(refused, {record(TraceKind::stream_dialled, kDialler, kAcceptor),
                          record(TraceKind::stream_refused, kDialler, kAcceptor)})
                .back(),
            tcp_packet(kAcceptor, kDialler, {0, 1001, kRst | kAck}));
  TcpFlows cut;
  const auto packets = all(cut, {record(TraceKind::stream_dialled, kDialler, kAcceptor),
                                 record(TraceKind::stream_accepted, kDialler, kAcceptor),
                                 record(TraceKind::stream_closed, kDialler, kAcceptor),
                                 record(TraceKind::stream_lost, kAcceptor, kDialler),
                                 record(TraceKind::stream_lost, kDialler, kAcceptor)});
  ASSERT_EQ(packets.size(), 4u);  // one reset is enough
  EXPECT_EQ(packets.back(), tcp_packet(kDialler, kAcceptor, {1001, 5001, kRst | kAck}));
}

TEST(Pcap, HasItsHeaderAndEachDatagramOnce) {
  Pcap pcap;  // outlives the world, whose end is told, too
  World world(1);
  world.trace().watch([&](const TraceRecord& each) { pcap.add(each); });
  Peer& one = world.peer();
  Peer& other = world.peer();
  world.run_for(1500ms);
  one.send_to(other.endpoint(), "ping");
  world.run_for(1s);
  const Bytes& file = pcap.file();
  ASSERT_EQ(file.size(), 24u + 16 + 32);
  EXPECT_EQ(to_bytes(ByteView(file).first(4)), (Bytes{0x4d, 0x3c, 0xb2, 0xa1}));
  EXPECT_EQ(file[20], 101);
  EXPECT_EQ(file[24], 1);  // second
  EXPECT_EQ(to_bytes(ByteView(file).subspan(28, 4)), (Bytes{0x00, 0x65, 0xcd, 0x1d}));
  EXPECT_EQ(pcap.packets(), 1u);
}

}  // namespace
}  // namespace fullcone::sim
