// fullcone-load: loads a SOCKS5 proxy, or the bare loopback, for a bounded time, and prints one
// line of JSON. It brings its own far end.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "bench/load/tcp_load.hpp"
#include "bench/load/udp_echo.hpp"

namespace {

using namespace fullcone;
using namespace fullcone::load;

using Count = unsigned long long;

int print(EchoResult result) {
  result.rtt.sort();
  std::printf(
      R"({"round_trips_per_s":%.0f,"lost":%llu,"held_back":%llu,"rtt_us":{"p50":%u,"p90":%u,"p99":%u}})"
      "\n",
      static_cast<double>(result.round_trips) / result.seconds, Count{result.lost},
      Count{result.held_back}, result.rtt.percentile(0.5), result.rtt.percentile(0.9),
      result.rtt.percentile(0.99));
  return result.round_trips > 0 ? 0 : 1;
}

int print(const StreamResult& result) {
  const double mib = static_cast<double>(result.octets) / (1 << 20);
  std::printf(R"({"mib_per_s":%.1f})"
              "\n",
              mib / result.seconds);
  return result.octets > 0 ? 0 : 1;
}

int print(OpeningResult result) {
  result.took.sort();
  std::printf(R"({"connections_per_s":%.0f,"took_us":{"p50":%u,"p90":%u,"p99":%u}})"
              "\n",
              static_cast<double>(result.connections) / result.seconds, result.took.percentile(0.5),
              result.took.percentile(0.9), result.took.percentile(0.99));
  return result.connections > 0 ? 0 : 1;
}

int print(const BurstResult& result) {
  std::printf(R"({"share_back":%.4f,"sent":%llu})"
              "\n",
              static_cast<double>(result.back) / static_cast<double>(result.sent),
              Count{result.sent});
  return 0;
}

// Says that they are open, and closes them when standard input ends.
int hold(const Way& way, unsigned connections) {
  hold_idle(way, connections, [&] {
    std::printf("{\"open\":%u}\n", connections);
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
  });
  return 0;
}

std::optional<Endpoint> endpoint_of(const std::string& option, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto endpoint = Endpoint::parse(text);
  if (!endpoint) throw std::runtime_error(option + " wants IP:PORT, not " + text);
  return endpoint;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Loads a SOCKS5 proxy, or the bare loopback without --proxy.");
  app.require_subcommand(1);
  std::string proxy, tunnel;
  Way way;
  EchoSettings echo;
  double& seconds = echo.seconds;
  unsigned apps = 8;
  auto* const udp = app.add_subcommand("udp", "echo round trips");
  auto* const up = app.add_subcommand("up", "one TCP stream from the app");
  auto* const down = app.add_subcommand("down", "one TCP stream to the app");
  auto* const open = app.add_subcommand("open", "TCP connections, one octet there and back");
  auto* const burst = app.add_subcommand("burst", "UDP datagrams all at once, five times");
  auto* const idle = app.add_subcommand("idle", "TCP connections, open until standard input ends");
  for (auto* const each : {udp, burst, up, down, open, idle}) {
    each->add_option("--proxy", proxy, "IP:PORT of its SOCKS5 port, IPv4");
    each->add_option("--seconds", seconds)->check(CLI::Range(0.1, 600.0));
  }
  for (auto* const each : {up, down, open, idle}) {
    each->add_option("--tunnel", tunnel, "IP:PORT that leads to the target's port");
    each->add_option("--target-port", way.target_port, "where the target listens");
  }
  for (auto* const each : {udp, burst}) {
    each->add_option("--size", echo.size, "payload octets")->check(CLI::Range(16, 60000));
  }
  std::size_t datagrams = 1000;
  unsigned connections = 200;
  burst->add_option("--datagrams", datagrams)->check(CLI::Range(1, 100'000));
  idle->add_option("--connections", connections)->check(CLI::Range(1, 10'000));
  udp->add_option("--window", echo.window, "datagrams in flight, at most")
      ->check(CLI::Range(1, 4096));
  udp->add_option("--rate", echo.rate, "datagrams a second; without: as many as the window allows")
      ->check(CLI::Range(1.0, 1e6));
  open->add_option("--apps", apps, "that open at the same time")->check(CLI::Range(1, 256));
  CLI11_PARSE(app, argc, argv);
  try {
    way.proxy = echo.proxy = endpoint_of("--proxy", proxy);
    way.tunnel = endpoint_of("--tunnel", tunnel);
    if (burst->parsed()) return print(run_bursts(echo, datagrams, 5));
    if (idle->parsed()) return hold(way, connections);
    if (udp->parsed()) return print(run_echo(echo));
    if (open->parsed()) return print(run_openings(way, apps, seconds));
    return print(run_stream(way, up->parsed() ? Direction::up : Direction::down, seconds));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fullcone-load: %s\n", error.what());
    return 1;
  }
}
