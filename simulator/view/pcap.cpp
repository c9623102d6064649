#include "simulator/view/pcap.hpp"

#include "simulator/view/packet.hpp"

namespace fullcone::sim {
namespace {

constexpr std::uint32_t kNanosecondMagic = 0xa1b23c4d;
constexpr std::uint32_t kVersion = 4u << 16 | 2u;  // 2.4
constexpr std::uint32_t kMostOctets = 1 << 18;     // of a packet
constexpr std::uint32_t kLinktypeRaw = 101;

}  // namespace

Pcap::Pcap() {
  for (const std::uint32_t field :
       {kNanosecondMagic, kVersion, 0u, 0u, kMostOctets, kLinktypeRaw}) {
    put32(field);
  }
}

void Pcap::add(const TraceRecord& record) {
  if (record.kind == TraceKind::datagram_sent || record.kind == TraceKind::datagram_translated) {
    const bool fits = record.payload.octets.size() <= most_udp_payload(record.from.family());
    if (fits && record.from.family() == record.to.family()) {
      put(record.at, udp_packet(record.from, record.to, record.payload.octets));
    }
    return;
  }
  for (const Bytes& packet : flows_.packets(record)) put(record.at, packet);
}

void Pcap::put(TimePoint at, ByteView packet) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const auto nanoseconds = static_cast<std::uint64_t>(at.time_since_epoch().count());
  put32(nanoseconds / kSecond);
  put32(nanoseconds % kSecond);
  put32(packet.size());
  put32(packet.size());
  append(file_, packet);
  ++packets_;
}

void Pcap::put32(std::uint64_t value) {
  for (int i = 0; i < 4; ++i, value >>= 8) file_.push_back(static_cast<std::uint8_t>(value & 0xff));
}

}  // namespace fullcone::sim
