// One direction of a host's access link, as datagrams see it: a line of limited speed with a short
// queue, then a delay with jitter, and now and then a loss, a copy or one that falls behind.
#pragma once

#include <array>
#include <cstdint>

#include "base/random.hpp"
#include "base/time.hpp"
#include "simulator/link_settings.hpp"

namespace fullcone::sim {

// Where one datagram comes out: nowhere, once or twice.
struct Passage {
  std::array<TimePoint, 2> out{};
  unsigned copies = 0;
};

class DatagramLink {
 public:
  explicit DatagramLink(Random random) : random_(random) {}

  // A datagram of `octets` enters at `now`; calls come in the order of sending.
  Passage carry(const LinkSettings& settings, TimePoint now, std::size_t octets);

 private:
  TimePoint arrival(const LinkSettings& settings, TimePoint off_the_line);

  Random random_;
  TimePoint line_free_{};     // when the last datagram's last octet has left
  TimePoint last_arrival_{};  // of those that keep the order
};

// How long the line needs for `octets`; zero where its speed is not limited.
Duration time_on_line(const LinkSettings& settings, std::size_t octets);
// The delay of one passage: fixed part and a draw of the jitter.
Duration draw_delay(const LinkSettings& settings, Random& random);

}  // namespace fullcone::sim
