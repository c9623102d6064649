// Fair writing: datagrams overtake a transfer's octets on their mux connection, and the transfer
// still fills the link. `mux_latency_bench` measures longer transfers.
#include <gtest/gtest.h>

#include "simulator/muxed_transfer.hpp"

namespace fullcone::sim {
namespace {

constexpr std::size_t kOctets = 60'000'000;

double milliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

class MuxLatency : public testing::TestWithParam<MuxedTransfer::Direction> {};

TEST_P(MuxLatency, ATransferCostsDatagramsLittleAndItselfNothing) {  // MUX-3
  const auto seen = MuxedTransfer(GetParam()).run(kOctets);
  EXPECT_EQ(seen.transferred, kOctets);
  EXPECT_EQ(seen.datagrams_lost, 0u);
  EXPECT_LE(seen.busy_p99, 2 * seen.idle_p99)
      << milliseconds(seen.busy_p99) << " ms and " << milliseconds(seen.idle_p99) << " ms idle";
  EXPECT_GE(seen.share_of_link, 0.9);
}

INSTANTIATE_TEST_SUITE_P(Directions, MuxLatency,
                         testing::Values(MuxedTransfer::Direction::up,
                                         MuxedTransfer::Direction::down),
                         [](const auto& chosen) {
                           return chosen.param == MuxedTransfer::Direction::up ? "up" : "down";
                         });

}  // namespace
}  // namespace fullcone::sim
