// The same datagrams beside no transfer and beside one of as many megabytes as the benchmark's name
// says, up and down, on a simulated link; see simulator/muxed_transfer.hpp. The counters are in
// virtual time and the same on every machine; the benchmark's own time is what simulating it took.
#include <benchmark/benchmark.h>

#include "simulator/muxed_transfer.hpp"

namespace fullcone::sim {
namespace {

void beside(benchmark::State& state, MuxedTransfer::Direction direction) {
  const auto octets = static_cast<std::size_t>(state.range(0)) * 1'000'000;
  const auto ms = [](Duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
  };
  MuxedTransfer::Seen seen;
  for (auto _ : state) seen = MuxedTransfer(direction).run(octets);
  if (seen.transferred != octets) state.SkipWithError("the link could not take it");
  state.counters["idle p99 ms"] = ms(seen.idle_p99);
  state.counters["busy p99 ms"] = ms(seen.busy_p99);
  state.counters["share of link"] = seen.share_of_link;
  state.counters["datagrams lost"] = static_cast<double>(seen.datagrams_lost);
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgName("MB")->Arg(1)->Arg(100)->Arg(1000)->Iterations(1)->Unit(benchmark::kSecond);
}
BENCHMARK_CAPTURE(beside, upload, MuxedTransfer::Direction::up)->Apply(sizes);
BENCHMARK_CAPTURE(beside, download, MuxedTransfer::Direction::down)->Apply(sizes);

}  // namespace
}  // namespace fullcone::sim
