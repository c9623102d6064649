#include "conformance/bed/loss.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

namespace fullcone::conformance {
namespace {

constexpr int kBursts = 20;
constexpr int kMarkers = 10;             // in a burst: as many as any queue takes
constexpr Duration kLateAtMost = 200ms;  // on a busy machine: late is not lost
constexpr double kMissed = 1e-6;
constexpr double kMostAttempts = 5000;

}  // namespace

double measure_loss(Bed& bed, const Party& party) {
  std::size_t lost = 0;
  for (int burst = 0; burst < kBursts; ++burst) {
    std::set<std::string> missing;
    for (int i = 0; i < kMarkers; ++i) {
      if (const auto marker = party.send_marker()) missing.insert(*marker);
    }
    bed.run_until(
        [&] {
          while (const auto next = party.next()) {
            missing.erase(*next);
            party.take();
          }
          return missing.empty();
        },
        std::max(bed.quiet_time(), kLateAtMost));
    lost += missing.size();
  }
  // Two standard deviations above what was seen: a lucky sample must not look like behaviour later.
  const double at_most = static_cast<double>(lost) + 2 * std::sqrt(static_cast<double>(lost));
  return std::min(1.0, at_most / (kBursts * kMarkers));
}

void needs_order(Bed& bed) {
  if (bed.pace().loss > 0 && !bed.network().is_virtual()) {
    bed.skip("on a path that loses, datagrams may change their order");
  }
}

int attempts_through(double loss, std::size_t datagrams) {
  if (loss <= 0) return 1;
  const double through = std::pow(1 - loss, static_cast<double>(datagrams));
  const double attempts = std::log(kMissed) / std::log1p(-through);
  return static_cast<int>(std::clamp(std::ceil(attempts), 1.0, kMostAttempts));
}

}  // namespace fullcone::conformance
