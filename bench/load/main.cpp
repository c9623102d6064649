// fullcone-load: loads a SOCKS5 proxy, or the bare loopback, for a bounded time, and prints one
// line of JSON, before that one when it is warm. It brings its own far end.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "bench/load/tcp_load.hpp"
#include "bench/load/udp_echo.hpp"
#include "bench/load/udp_single.hpp"

namespace {

using namespace fullcone;
using namespace fullcone::load;

using Count = unsigned long long;

int print(EchoResult result) {
  result.rtt.sort();
  std::printf(
      R"({"round_trips_per_s":%.0f,"lost":%llu,"held_back":%llu,"misattributed":%llu,"rtt_us":{"p50":%u,"p90":%u,"p99":%u}})"
      "\n",
      static_cast<double>(result.round_trips) / result.seconds, Count{result.lost},
      Count{result.held_back}, Count{result.misattributed}, result.rtt.percentile(0.5),
      result.rtt.percentile(0.9), result.rtt.percentile(0.99));
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
  std::printf(R"({"connections_per_s":%.0f,"failed":%llu,"took_us":{"p50":%u,"p90":%u,"p99":%u}})"
              "\n",
              static_cast<double>(result.connections) / result.seconds, Count{result.failed},
              result.took.percentile(0.5), result.took.percentile(0.9),
              result.took.percentile(0.99));
  return result.connections > 0 ? 0 : 1;
}

int print(const BurstResult& result) {
  std::printf(R"({"share_back":%.4f,"sent":%llu})"
              "\n",
              static_cast<double>(result.back) / static_cast<double>(result.sent),
              Count{result.sent});
  return 0;
}

int print(FirstResult result) {
  result.took.sort();
  std::printf(R"({"first_us":{"p50":%u,"p90":%u,"p99":%u},"destinations":%zu,"lost":%llu})"
              "\n",
              result.took.percentile(0.5), result.took.percentile(0.9),
              result.took.percentile(0.99), result.took.size(), Count{result.lost});
  return result.took.size() > 0 ? 0 : 1;
}

// Says that they are open; they last until standard input ends.
void say_open(std::size_t count) {
  std::printf("{\"open\":%zu}\n", count);
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}

std::optional<Endpoint> endpoint_of(const std::string& option, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto endpoint = Endpoint::parse(text);
  if (!endpoint) throw std::runtime_error(option + " wants IP:PORT, not " + text);
  return endpoint;
}

// What the command line says.
struct Command {
  CLI::App app{"Loads a SOCKS5 proxy, or the bare loopback without --proxy."};
  std::string proxy, tunnel;
  Way way;
  EchoSettings echo;
  bool singly = false;
  unsigned apps = 8;
  unsigned streams = 1;
  unsigned connections = 200;
  std::size_t datagrams = 1000;
  std::size_t held = 500;
  CLI::App* const udp = app.add_subcommand("udp", "echo round trips");
  CLI::App* const burst = app.add_subcommand("burst", "UDP datagrams all at once, five times");
  CLI::App* const first = app.add_subcommand("first", "a UDP datagram to ever new destinations");
  CLI::App* const hold = app.add_subcommand("hold", "UDP destinations until standard input ends");
  CLI::App* const up = app.add_subcommand("up", "TCP streams from the app");
  CLI::App* const down = app.add_subcommand("down", "TCP streams to the app");
  CLI::App* const open = app.add_subcommand("open", "TCP connections, one octet there and back");
  CLI::App* const idle = app.add_subcommand("idle", "TCP connections until standard input ends");

  Command();
  int run();
};

Command::Command() {
  app.require_subcommand(1);
  for (auto* const each : {udp, burst, first, hold, up, down, open, idle}) {
    each->add_option("--proxy", proxy, "IP:PORT of its SOCKS5 port, IPv4");
    each->add_option("--seconds", echo.seconds)->check(CLI::Range(0.1, 600.0));
  }
  for (auto* const each : {up, down, open, idle}) {
    each->add_option("--tunnel", tunnel, "IP:PORT that leads to the target's port");
    each->add_option("--target-port", way.target_port, "where the target listens");
  }
  for (auto* const each : {udp, burst}) {
    each->add_option("--size", echo.size, "payload octets")->check(CLI::Range(16, 60000));
  }
  udp->add_option("--window", echo.window, "datagrams in flight, at most")
      ->check(CLI::Range(1, 4096));
  udp->add_option("--rate", echo.rate, "datagrams a second; without: as many as the window allows")
      ->check(CLI::Range(1.0, 1e6));
  udp->add_option("--destinations", echo.destinations, "written to in turn")
      ->check(CLI::Range(1, 4000));
  udp->add_flag("--singly", singly, "app and peers send and receive without GSO and GRO");
  burst->add_option("--datagrams", datagrams)->check(CLI::Range(1, 100'000));
  hold->add_option("--destinations", held)->check(CLI::Range(1, 4000));
  for (auto* const each : {up, down}) {
    each->add_option("--streams", streams, "at the same time")->check(CLI::Range(1, 64));
  }
  idle->add_option("--connections", connections)->check(CLI::Range(1, 10'000));
  open->add_option("--apps", apps, "that open at the same time")->check(CLI::Range(1, 256));
}

int Command::run() {
  way.proxy = echo.proxy = endpoint_of("--proxy", proxy);
  way.tunnel = endpoint_of("--tunnel", tunnel);
  echo.merging = !singly;
  if (udp->parsed()) {
    echo.on_warm = [] {
      std::puts(R"({"warm":true})");
      std::fflush(stdout);
    };
    return print(run_echo(echo));
  }
  if (burst->parsed()) return print(run_bursts(way.proxy, datagrams, echo.size, 5));
  if (first->parsed()) return print(run_firsts(way.proxy, echo.seconds));
  if (open->parsed()) return print(run_openings(way, apps, echo.seconds));
  if (hold->parsed()) {
    hold_destinations(way.proxy, held, [this] { say_open(held); });
    return 0;
  }
  if (idle->parsed()) {
    hold_idle(way, connections, [this] { say_open(connections); });
    return 0;
  }
  const auto direction = up->parsed() ? Direction::up : Direction::down;
  return print(run_streams(way, direction, streams, echo.seconds));
}

}  // namespace

int main(int argc, char** argv) {
  Command command;
  CLI11_PARSE(command.app, argc, argv);
  try {
    return command.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fullcone-load: %s\n", error.what());
    return 1;
  }
}
