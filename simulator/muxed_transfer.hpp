// What a TCP transfer by mux costs the datagrams on the same connection (MUX-3): a link of
// 100 Mbit/s and 40 ms each way, a datagram a millisecond in the transfer's direction, with and
// without the transfer. In virtual time, so the figures are the same everywhere. The world is
// unjudged. For the test that bounds it and the benchmark that measures a longer one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "simulator/world.hpp"

namespace fullcone::sim {

class MuxedTransfer {
 public:
  enum class Direction : std::uint8_t { up, down };

  struct Seen {
    Duration idle_p99{};  // of a datagram, one way, when nothing else is sent
    Duration busy_p99{};  // during the transfer
    std::size_t datagrams_lost = 0;
    std::size_t transferred = 0;  // octets
    double share_of_link = 0;     // what the transfer got of the link's rate
  };

  explicit MuxedTransfer(Direction direction);

  // Once. Ends early, with fewer octets `transferred`, when the link could have taken twice as
  // many.
  Seen run(std::size_t octets);

 private:
  // Sends datagrams while `go_on` holds; the delay that 99 of 100 did not exceed.
  Duration p99_while(const std::function<bool()>& go_on, Seen& seen);
  void send_datagram();
  // When each datagram arrived, from the `first` on.
  std::vector<TimePoint> arrivals(std::size_t first) const;
  RawStream& sender();
  RawStream& receiver();

  World world_;
  Direction direction_;
  ClientNode* client_;
  Peer* peer_;
  TcpTarget* target_;
  TcpApp* app_ = nullptr;
  std::uint64_t datagrams_ = 0;
};

}  // namespace fullcone::sim
