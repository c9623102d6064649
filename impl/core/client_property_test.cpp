// A client under random facts, late and misplaced ones included: every order keeps the driver's
// contract, every datagram is counted once where it ends, and nothing is left once all have gone.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "core/testing/client_script.hpp"

namespace fullcone {
namespace {

class RandomApps {
 public:
  explicit RandomApps(std::uint64_t seed) : random_(seed), client_(settings(seed), seed) {}

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) step();
    for (const auto id : std::set(client_.contract().locals())) {
      random_.chance(0.5) ? client_.app_ends(id) : client_.app_is_cut(id);
    }
    client_.wait(60s);  // handshakes end by themselves; tunnels end with their server
    for (const auto& [id, connected] : std::map(client_.contract().connections())) {
      connected ? client_.server_ends(id) : client_.fails(id);
    }
    client_.expect_nothing_left();
  }

 private:
  static ClientSettings settings(std::uint64_t seed) {
    auto settings = alices_settings(seed % 4 == 0 ? 0 : 1);
    settings.limits.local_connections = 6;
    settings.limits.channels = 3;
    settings.limits.waiting_bytes = 30;
    settings.limits.channel_queue_bytes = 60;
    if (seed % 3 != 0) settings.limits.ready_connections = 1 + seed % 2;
    settings.limits.ready_most = 3;
    return settings;
  }

  void step() {
    switch (random_.below(14)) {
      case 0:
        return app_comes();
      case 1:
        random_.chance(0.3) ? client_.app_ends(local()) : client_.app_sends(local(), "more");
        return;
      case 2:
        if (random_.chance(0.3)) client_.app_is_cut(local());
        return;
      case 3:
        client_.wait(random_.chance(0.1) ? 301s : std::chrono::seconds(random_.below(4)));
        return;
      case 4:
      case 5:
      case 6:
        return app_datagram();
      case 7:
        client_.leaves_queue(any_connection(), random_.below(50));
        return;
      default:
        return server_fact();
    }
  }

  void app_comes() {
    const auto id = client_.app_connects();
    last_local_ = id;
    const bool associates = random_.chance(0.8);
    const Bytes said = Bytes{5, 1, 0} + socks_request(associates ? socks5::Command::udp_associate
                                                                 : socks5::Command::connect,
                                                      peer());
    const std::size_t cut = random_.below(said.size());
    client_.app_sends(id, ByteView(said).first(cut));
    if (random_.chance(0.1)) return;  // a handshake that is never done
    client_.app_sends(id, ByteView(said).subspan(cut));
    if (!client_.contract().relays().contains(id)) return;
    random_.chance(0.9) ? client_.relay_opens(id) : client_.relay_fails(id);
  }

  void app_datagram() {
    const auto& relays = client_.contract().relays();
    if (relays.empty()) return;
    const auto id = *std::next(relays.begin(), below(relays.size()));
    const Destination to =
        random_.chance(0.8) ? Destination(peer()) : NamedEndpoint{"a.example", 9};
    Bytes datagram = socks_datagram(to, text());
    if (random_.chance(0.05)) datagram[2] = 1;
    if (random_.chance(0.05)) datagram.resize(random_.below(datagram.size()));
    client_.relay_takes(id, random_.chance(0.95) ? kAppSocket : kSocks, datagram);
  }

  void server_fact() {
    const auto& connections = client_.contract().connections();
    if (connections.empty()) return;
    const auto [id, connected] = *std::next(connections.begin(), below(connections.size()));
    if (!connected) {
      random_.chance(0.8) ? client_.connects(id) : client_.fails(id);
      return;
    }
    switch (random_.below(12)) {
      case 0:
        client_.server_ends(id);
        return;
      case 1:
        client_.server_is_cut(id);
        return;
      case 2:
        client_.server_sends(id, text());
        return;
      case 3:
      case 4:
        client_.server_sends(id, umfurs(peer(), text()));
        return;
      case 5:
        client_.server_sends(id, frame(text()));
        return;
      case 6:
        client_.server_sends(id, Bytes{0, 0});
        return;
      default:
        client_.server_sends(id, kEstablished);
    }
  }

  LocalId local() { return LocalId{random_.below(static_cast<std::uint64_t>(last_local_) + 2)}; }
  ConnectionId any_connection() {
    return ConnectionId{random_.below(static_cast<std::uint64_t>(client_.dialled()) + 2)};
  }
  Endpoint peer() {
    const Endpoint peers[] = {kA, kB, kC, kD, kE, kF};
    return peers[random_.below(6)];
  }
  std::string text() { return std::string(1 + random_.below(12), 'x'); }
  std::ptrdiff_t below(std::size_t bound) {
    return static_cast<std::ptrdiff_t>(random_.below(bound));
  }

  Random random_;
  ClientScript client_;
  LocalId last_local_{};
};

TEST(ClientProperty, KeepsTheContractAndLeavesNothing) {
  for (std::uint64_t seed = 1; seed <= 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomApps(seed).run(300);
  }
}

}  // namespace
}  // namespace fullcone
