// Client and server under random apps, peers, cuts and pauses, delivered a fact at a time: what
// arrives arrives at the right one, unchanged and once, counters add up, and nothing is left.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "core/testing/pair.hpp"

namespace fullcone {
namespace {

class RandomWorld {
 public:
  explicit RandomWorld(std::uint64_t seed)
      : random_(seed), pair_(client(seed), server(), seed % 3 == 0 ? 1 : 2, seed) {
    pair_.name("a.example", kA.ip);
  }

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      step();
      for (auto facts = random_.below(4); facts > 0; --facts) pair_.deliver_one();
    }
    pair_.drive();
    look_at_inboxes();
    for (const auto app : apps_) random_.chance(0.5) ? pair_.app_ends(app) : pair_.app_is_cut(app);
    pair_.wait(40s);  // a session whose CRUMFURS was cut last has its grace period
    pair_.expect_nothing_left();
  }

 private:
  static ClientSettings client(std::uint64_t seed) {
    auto settings = alices_settings(seed % 5 == 0 ? 0 : 1);
    if (seed % 2 == 0) settings.mapping = MappingPolicy::endpoint_independent;
    if (settings.version == 1 && seed % 4 == 1) settings.udp = UdpMode::mux;
    if (settings.version == 1 && seed % 4 == 2) settings.udp = UdpMode::automatic;
    settings.limits.mux_after = 2;
    settings.limits.mux_idle = 30s;
    settings.limits.channels = 4;
    settings.limits.channel_idle = 130s;
    return settings;
  }
  static ServerSettings server() {
    auto settings = open_settings();
    settings.limits.session.channels = 6;
    settings.limits.session.mappings = 4;
    settings.limits.session.dialled = 5;
    settings.limits.session.heard = 3;
    settings.limits.session.mapping_idle = 120s;
    settings.limits.session.mapping_inbound_only = 200s;
    return settings;
  }

  void step() {
    switch (random_.below(12)) {
      case 0:
        if (apps_.size() < 4) apps_.push_back(pair_.associate());
        return;
      case 1:
        if (random_.chance(0.2)) app_goes();
        return;
      case 2:
        if (random_.chance(0.3)) cut_any();
        return;
      case 3:
        pair_.refuse_links(random_.chance(0.2));
        return;
      case 4:
        pair_.wait(random_.chance(0.1) ? 125s : std::chrono::seconds(random_.below(5)));
        return;
      case 5:
      case 6:
      case 7:
        return app_sends();
      default:
        return peer_sends();
    }
  }

  void app_goes() {
    if (apps_.empty()) return;
    const auto app = apps_.begin() + below(apps_.size());
    look_at_inboxes();
    random_.chance(0.5) ? pair_.app_ends(*app) : pair_.app_is_cut(*app);
    apps_.erase(app);
  }
  void cut_any() {
    if (pair_.links().empty()) return;
    pair_.cut(*std::next(pair_.links().begin(), below(pair_.links().size())));
  }
  void app_sends() {
    if (apps_.empty()) return;
    const auto app = apps_[random_.below(apps_.size())];
    const bool by_name = random_.chance(0.1);
    const Endpoint to = by_name ? kA : peer();
    const auto text = "app " + in_words(app) + " to " + in_words(to) + " #" + number();
    pair_.app_sends_to(app, by_name ? Destination(NamedEndpoint{"a.example", kA.port}) : to, text);
  }
  void peer_sends() {
    const auto ports = pair_.external_ports();
    if (ports.empty()) return;
    const auto port = *std::next(ports.begin(), below(ports.size()));
    const auto from = peer();
    if (from.family() != port.family()) return;
    const auto text = in_words(from) + " to " + in_words(port) + " #" + number();
    pair_.peer_sends(from, port, text);
    sent_to_.emplace(text, port);
  }

  // A peer gets what was sent to it; an app gets what came to a port that only it has sent from.
  void look_at_inboxes() {
    for (const auto& peer : kPeers) {
      for (const auto& [from, text] : pair_.take_inbox(peer)) {
        EXPECT_TRUE(seen_.insert(text).second) << "twice: " << text;
        EXPECT_NE(text.find(" to " + in_words(peer) + " #"), std::string::npos) << text;
        const auto app = text.substr(0, text.find(" to "));
        EXPECT_EQ(owner_.try_emplace(std::get<Endpoint>(from), app).first->second, app);
      }
    }
    for (const auto app : apps_) {
      for (const auto& [from, text] : pair_.take_inbox(app)) {
        EXPECT_TRUE(seen_.insert(text).second) << "twice: " << text;
        const auto* const endpoint = std::get_if<Endpoint>(&from);
        const auto& sender = endpoint != nullptr ? *endpoint : kA;
        EXPECT_TRUE(text.starts_with(in_words(sender) + " to ")) << text;
        const auto owner = owner_.find(sent_to_.at(text));
        EXPECT_TRUE(owner == owner_.end() || owner->second == "app " + in_words(app)) << text;
      }
    }
  }

  static constexpr std::size_t kPeerCount = 5;
  const Endpoint kPeers[kPeerCount] = {kA, kB, kC, kD, kE};
  Endpoint peer() { return kPeers[random_.below(kPeerCount)]; }
  std::string number() { return std::to_string(++last_number_); }
  std::ptrdiff_t below(std::size_t bound) {
    return static_cast<std::ptrdiff_t>(random_.below(bound));
  }

  Random random_;
  Pair pair_;
  std::vector<LocalId> apps_;
  int last_number_ = 0;
  std::set<std::string> seen_;
  std::map<std::string, Endpoint> sent_to_;
  std::map<Endpoint, std::string> owner_;  // of an external port
};

TEST(PairProperty, DeliversRightlyAndLeavesNothing) {
  for (std::uint64_t seed = 1; seed <= 200 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomWorld(seed).run(400);
  }
}

}  // namespace
}  // namespace fullcone
