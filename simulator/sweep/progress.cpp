#include "simulator/sweep/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>

namespace fullcone::sim {
namespace {

constexpr int kWidth = 30;

// By where the descriptor leads; on a system that does not tell there is no bar.
bool stderr_is_a_terminal() {
  std::error_code error;
  const std::string device = std::filesystem::read_symlink("/proc/self/fd/2", error).string();
  return !error && (device.starts_with("/dev/pts/") || device.starts_with("/dev/tty"));
}

}  // namespace

Progress::Progress(std::uint64_t runs, std::optional<Duration> budget)
    : runs_(runs), budget_(budget), is_terminal_(stderr_is_a_terminal()) {}

void Progress::show(const Tally& tally) {
  using Seconds = std::chrono::duration<double>;
  const auto now = Clock::now();
  if (!is_terminal_ || now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  is_drawn_ = true;
  const Seconds elapsed = now - began_;
  const auto done = static_cast<double>(tally.runs + tally.before);
  double share = done / static_cast<double>(std::max<std::uint64_t>(runs_, 1));
  if (budget_) share = std::max(share, elapsed / Seconds(*budget_));
  share = std::clamp(share, 0.0, 1.0);
  const double left = share > 0 ? elapsed.count() * (1 - share) / share : 0;
  const int full = static_cast<int>(share * kWidth);
  std::fprintf(stderr, "\r[%s%s] %3.0f %%  %llu runs, %llu broken, %.0f s left \x1b[K",
               std::string(static_cast<std::size_t>(full), '#').c_str(),
               std::string(static_cast<std::size_t>(kWidth - full), '.').c_str(), share * 100,
               static_cast<unsigned long long>(tally.runs + tally.before),
               static_cast<unsigned long long>(tally.broken + tally.broken_before), left);
}

void Progress::clear() {
  if (is_drawn_) std::fputs("\r\x1b[K", stderr);
  is_drawn_ = false;
}

}  // namespace fullcone::sim
