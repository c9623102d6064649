// The TCP connections of a run as the packets that would have made them: handshake, octets and
// their acknowledgments, FIN and RST, with sequence numbers that add up.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "simulator/trace.hpp"

namespace fullcone::sim {

class TcpFlows {
 public:
  // The packets of a record about a stream, in order; none where nothing would pass.
  std::vector<Bytes> packets(const TraceRecord& record);

 private:
  struct End {
    Endpoint endpoint;
    std::uint32_t next = 0;  // sequence number
    bool closed = false;
    bool fin_sent = false;
  };
  struct Flow {
    std::array<End, 2> ends;  // the one that dialled first
    bool up = false;
    bool reset = false;
  };
  using Key = std::pair<Endpoint, Endpoint>;

  void dial(const TraceRecord& record, std::vector<Bytes>& out);
  void accept(Flow& flow, std::vector<Bytes>& out);
  static void send(End& from, End& to, std::uint8_t flags, ByteView payload,
                   std::vector<Bytes>& out);
  static void reset(Flow& flow, End& noticing, End& other, std::vector<Bytes>& out);

  std::map<Key, Flow> flows_;
};

}  // namespace fullcone::sim
