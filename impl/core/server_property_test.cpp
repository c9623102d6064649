// A server under random facts, late and misplaced ones included: every order keeps the driver's
// contract, every datagram is counted once where it ends, and nothing is left once all have gone.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "core/testing/server_script.hpp"

namespace fullcone {
namespace {

class RandomStory {
 public:
  explicit RandomStory(std::uint64_t seed) : random_(seed), server_(settings(seed)) {}

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) step();
    end();
  }

 private:
  static ServerSettings settings(std::uint64_t seed) {
    auto settings = open_settings();
    auto& limits = settings.limits;
    limits.unauthenticated_connections = 6;
    limits.connections_per_user = 12;
    limits.sessions_per_user = 2;
    limits.session.channels = 6;
    limits.session.mappings = 4;
    limits.session.dialled = 5;
    limits.session.heard = 3;
    limits.session.channel_queue_bytes = 40;
    limits.session.crumfurs_queue_bytes = 60;
    if (seed % 2 == 0) settings.fallback = at("127.0.0.1:80");
    return settings;
  }

  // What the next step does, weighted.
  void step() {
    switch (random_.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return request();
      case 4:
        server_.client_sends(connection(), random_.chance(0.8) ? frame(text()) : Bytes{0, 9, 1});
        return;
      case 5:
        server_.client_ends(connection());
        return;
      case 6:
        server_.client_is_cut(connection());
        return;
      case 7:
        server_.resolves(connection(),
                         random_.chance(0.8) ? std::vector{peer().ip} : std::vector<IpAddress>{});
        return;
      case 8:
        return target();
      case 9:
        server_.leaves_queue(connection(), random_.below(40));
        return;
      case 10:
        server_.mapping_fails(random_.chance(0.1) ? mapping() : MappingId{});
        return;
      case 11:
        server_.wait(random_.chance(0.1) ? 100s : std::chrono::seconds(random_.below(8)));
        return;
      default:
        server_.peer_sends(peer(), mapping(), random_.chance(0.1) ? "" : text());
    }
  }

  void request() {
    const SessionId session = random_.chance(0.7)   ? kGame
                              : random_.chance(0.5) ? kCall
                                                    : SessionId{};
    const Uuid user = random_.chance(0.8) ? kAlice : random_.chance(0.8) ? kBob : kNobody;
    const Destination to = random_.chance(0.7)
                               ? Destination(peer())
                               : NamedEndpoint{random_.chance(0.5) ? "a.example" : "b.example", 9};
    const Bytes requests[] = {
        crumfurs_request(session, MappingPolicy{static_cast<std::uint8_t>(random_.below(2))}, user),
        crumfurs_request(session, MappingPolicy::by_destination, user) + "x",
        udp_request(to, session, user),
        udp_request(to, session, user) + frame(text()),
        udp_request(to, session, user) + frame("first") + frame("second"),
        v0_udp_request(to, user) + frame(text()),
        tcp_request(to, static_cast<std::uint8_t>(random_.below(2)), user) + text(),
        Bytes{1, 2, 3},
        Bytes{9},
    };
    const auto id = server_.accept();
    last_connection_ = std::max(last_connection_, id);
    const Bytes& octets =
        random_.chance(0.3) ? requests[0] : requests[random_.below(std::size(requests))];
    const std::size_t cut = random_.below(octets.size() + 1);
    server_.client_sends(id, ByteView(octets).first(cut));
    server_.client_sends(id, ByteView(octets).subspan(cut));
  }

  void target() {
    const auto& targets = server_.contract().targets();
    if (targets.empty()) return;
    const auto [id, connected] = *std::next(targets.begin(), below(targets.size()));
    switch (random_.below(4)) {
      case 0:
        return void(connected ? server_.target_is_cut(id) : server_.target_fails(id));
      case 1:
        return void(connected ? server_.target_ends(id) : server_.target_connects(id));
      default:
        return void(connected ? server_.target_sends(id, text()) : server_.target_connects(id));
    }
  }

  void end() {
    const auto connections = server_.contract().connections();
    for (const auto id : connections) {
      if (random_.chance(0.5)) {
        server_.client_ends(id);
      } else {
        server_.client_is_cut(id);
      }
    }
    const auto targets = server_.contract().targets();
    for (const auto& [id, connected] : targets) {
      if (!connected) server_.target_connects(id);
      server_.target_ends(id);
    }
    server_.wait(4000s);
    server_.expect_nothing_left();
  }

  std::ptrdiff_t below(std::size_t bound) {
    return static_cast<std::ptrdiff_t>(random_.below(bound));
  }
  ConnectionId connection() {
    return ConnectionId{1 + random_.below(static_cast<std::uint64_t>(last_connection_) + 1)};
  }
  MappingId mapping() {
    const auto& open = server_.contract().mappings();
    if (open.empty() || random_.chance(0.05)) return MappingId{random_.below(100)};
    return *std::next(open.begin(), below(open.size()));
  }
  Endpoint peer() {
    const Endpoint peers[] = {kA, kB, kC, kD, kE, kF};
    return peers[random_.below(6)];
  }
  std::string text() { return std::string(1 + random_.below(12), 'x'); }

  Random random_;
  ServerScript server_;
  ConnectionId last_connection_{};
};

TEST(ServerProperty, KeepsTheContractAndLeavesNothing) {
  for (std::uint64_t seed = 1; seed <= 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStory(seed).run(300);
  }
}

}  // namespace
}  // namespace fullcone
