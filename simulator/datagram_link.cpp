#include "simulator/datagram_link.hpp"

#include <algorithm>

namespace fullcone::sim {

Passage DatagramLink::carry(const LinkSettings& settings, TimePoint now, std::size_t octets) {
  constexpr std::size_t kHeaders = 28;  // IPv4 and UDP
  if (settings.mtu != 0 && octets + kHeaders > settings.mtu) return {};
  const Duration needed = time_on_line(settings, octets + kHeaders);
  const TimePoint start = std::max(now, line_free_);
  const bool queue_full = start - now > time_on_line(settings, settings.queue_octets);
  if (queue_full || random_.chance(settings.loss)) return {};
  line_free_ = start + needed;
  Passage passage;
  passage.copies = random_.chance(settings.duplication) ? 2 : 1;
  for (unsigned i = 0; i < passage.copies; ++i) passage.out[i] = arrival(settings, line_free_);
  return passage;
}

TimePoint DatagramLink::arrival(const LinkSettings& settings, TimePoint off_the_line) {
  const TimePoint due = off_the_line + draw_delay(settings, random_);
  if (random_.chance(settings.reordering)) {
    const auto most = static_cast<std::uint64_t>(settings.delay.count()) * 4;
    return due + Duration(static_cast<Duration::rep>(random_.below(most + 1)));
  }
  last_arrival_ = std::max(last_arrival_, due);
  return last_arrival_;
}

Duration time_on_line(const LinkSettings& settings, std::size_t octets) {
  if (settings.octets_per_second == 0) return Duration::zero();
  return Duration(static_cast<Duration::rep>(octets * 1'000'000'000 / settings.octets_per_second));
}

Duration draw_delay(const LinkSettings& settings, Random& random) {
  if (settings.jitter == Duration::zero()) return settings.delay;
  const auto most = static_cast<std::uint64_t>(settings.jitter.count());
  return settings.delay + Duration(static_cast<Duration::rep>(random.below(most + 1)));
}

}  // namespace fullcone::sim
