// A run as a capture file: pcap with nanoseconds, linktype RAW (101), virtual time counted from
// 1970. A datagram is there as it was sent, lost or not, and again as a NAT has translated it; of a
// stream, what its ends noticed. What stands in it is the plaintext of the TLS connections.
#pragma once

#include <cstdint>

#include "simulator/trace.hpp"
#include "simulator/view/tcp_flows.hpp"

namespace fullcone::sim {

class Pcap {
 public:
  Pcap();

  void add(const TraceRecord& record);
  // The whole file so far.
  const Bytes& file() const { return file_; }
  std::uint64_t packets() const { return packets_; }

 private:
  void put(TimePoint at, ByteView packet);
  void put32(std::uint64_t value);  // little-endian, as all of the file's own fields

  Bytes file_;
  std::uint64_t packets_ = 0;
  TcpFlows flows_;
};

}  // namespace fullcone::sim
