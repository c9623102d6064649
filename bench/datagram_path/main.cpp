// fullcone-datagram-path: what a datagram costs in the server's core, alone: a frame that comes off
// a channel and becomes an order to send, and a datagram from a mapping that becomes a frame.
// Or what a request's header costs, parsed. Prints nanoseconds of each; bench/instructions counts
// this program's instructions instead.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "core/server.hpp"

namespace {

using namespace fullcone;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kPayload = 100;

ServerSettings settings_for(std::size_t mappings) {
  ServerSettings settings;
  settings.egress = EgressPolicy();
  auto& limits = settings.limits;
  limits.connections_per_user = mappings + 1;
  limits.session.channels = limits.session.mappings = mappings;
  limits.session.dialled = limits.session.heard = mappings;
  return settings;
}

Endpoint peer(std::size_t index) {
  const auto high = static_cast<std::uint8_t>(index / 50'000);
  return {IpAddress::v4(192, 0, 2, high), static_cast<std::uint16_t>(1024 + index % 50'000)};
}

// One session with a channel and a mapping for each peer.
class Session {
 public:
  explicit Session(std::size_t mappings)
      : settings_(settings_for(mappings)),
        users_(std::vector<User>{{"app", kUser}}, 7),
        server_(settings_, users_, {}, 11),
        mappings_(mappings) {
    open(ConnectionId{1}, Command::crumfurs, std::nullopt);
    for (std::size_t i = 0; i < mappings; ++i) open(channel(i), Command::udp, peer(i));
    const FrameHead head = datagram_frame_head(kPayload);
    append(frame_, head.view());
    frame_.resize(frame_.size() + kPayload);
  }

  void send_to_peer(std::size_t index) {
    out_.clear();
    server_.on_bytes(channel(index), frame_, now_, out_);
  }
  void hear_from_peer(std::size_t index) {
    out_.clear();
    server_.on_datagram(MappingId{index + 1}, peer(index), ByteView(frame_).first(kPayload), now_,
                        out_);
    std::ignore = server_.on_written(channel(index), frame_.size());  // only mux waits for room
  }
  std::size_t mappings() const { return mappings_; }
  const ServerCounters& counters() const { return server_.counters(); }

 private:
  static constexpr Uuid kUser{{7}};
  static ConnectionId channel(std::size_t index) { return ConnectionId{index + 2}; }

  void open(ConnectionId id, Command command, std::optional<Destination> destination) {
    Bytes octets;
    encode_request_header({.version = 1,
                           .user = kUser,
                           .session = SessionId{{1}},
                           .mapping = MappingPolicy::by_destination,
                           .command = command,
                           .destination = std::move(destination)},
                          octets);
    out_.clear();
    server_.on_accepted(id, now_, out_);
    server_.on_bytes(id, octets, now_, out_);
  }

  ServerSettings settings_;
  UserDirectory users_;
  Server server_;
  std::size_t mappings_;
  Bytes frame_;
  ServerActions out_;
  TimePoint now_{std::chrono::hours(1)};
};

// Visits the mappings in an order that no cache foresees. Nanoseconds for each.
template <class Step>
double run(std::size_t mappings, std::size_t times, Step&& step) {
  const auto begun = Clock::now();
  std::uint64_t chance = 1;
  for (std::size_t i = 0; i < times; ++i) {
    chance = chance * 6364136223846793005U + 1442695040888963407U;  // Knuth's MMIX
    step((chance >> 33) % mappings);
  }
  const std::chrono::duration<double, std::nano> took = Clock::now() - begun;
  return took.count() / static_cast<double>(times);
}

// That of a UDP channel to an IPv4 endpoint.
int time_headers(std::size_t times) {
  Bytes octets;
  encode_request_header({.version = 1,
                         .user = Uuid{{7}},
                         .session = SessionId{{1}},
                         .mapping = MappingPolicy::by_destination,
                         .command = Command::udp,
                         .destination = peer(0)},
                        octets);
  std::size_t parsed = 0;
  const double took = run(1, times, [&](std::size_t) {
    const auto result = parse_request_header(octets);
    parsed += result.parsed() ? std::size_t{1} : 0;
  });
  std::printf("{\"header_ns\":%.1f}\n", took);
  return parsed == times ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Times a datagram's way through the server's core, both ways.");
  std::size_t mappings = 1000;
  std::size_t datagrams = 1'000'000;
  app.add_option("--mappings", mappings)->check(CLI::Range(1, 1'000'000));
  app.add_option("--datagrams", datagrams, "each way")->check(CLI::Range(1, 1'000'000'000));
  std::size_t headers = 0;
  app.add_option("--headers", headers, "to parse instead")->check(CLI::Range(1, 1'000'000'000));
  CLI11_PARSE(app, argc, argv);
  if (headers != 0) return time_headers(headers);
  Session session(mappings);
  const double out = run(mappings, datagrams, [&](std::size_t at) { session.send_to_peer(at); });
  const double in = run(mappings, datagrams, [&](std::size_t at) { session.hear_from_peer(at); });
  std::printf("{\"to_peer_ns\":%.1f,\"from_peer_ns\":%.1f}\n", out, in);
  const auto& counters = session.counters();
  return counters.datagrams_sent == datagrams && counters.delivered_on_channel == datagrams ? 0 : 1;
}
