// The cone table against a model of plain sets, under random facts.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/random.hpp"
#include "core/cone_table.hpp"
#include "core/testing/requests.hpp"

namespace fullcone {
namespace {

// CONE-1..3, CONE-11 and CONE-12 as they are written, one loop each.
class ConeModel {
 public:
  explicit ConeModel(const SessionLimits& limits) : limits_(limits) {}

  std::optional<MappingId> mapping_for(const Endpoint& destination) const {
    if (dialled.contains(destination)) return dialled.at(destination);
    for (const auto& [peer, mapping] : heard) {
      if (peer == destination) return mapping;
    }
    return std::nullopt;
  }
  void open(MappingId mapping, TimePoint now) { mappings[mapping] = {now, now}; }
  void close(MappingId mapping) {
    mappings.erase(mapping);
    std::erase_if(dialled, [&](const auto& entry) { return entry.second == mapping; });
    std::erase_if(heard, [&](const auto& entry) { return entry.second == mapping; });
  }
  bool dial(const Endpoint& destination, MappingId mapping) {
    if (dialled.contains(destination)) return true;
    if (dialled.size() >= limits_.dialled) return false;
    dialled[destination] = mapping;
    return true;
  }
  void on_sent(MappingId mapping, TimePoint now) {
    if (mappings.contains(mapping)) mappings[mapping].out = now;
  }
  bool on_heard(MappingId mapping, const Endpoint& source, TimePoint now) {
    if (!mappings.contains(mapping)) return false;
    mappings[mapping].in = now;
    std::erase_if(heard, [&](const auto& entry) { return entry.first == source; });
    heard.emplace_back(source, mapping);
    if (heard.size() > limits_.heard) heard.erase(heard.begin());
    return true;
  }
  std::vector<MappingId> expired(TimePoint now) const {
    std::vector<MappingId> gone;
    for (const auto& [mapping, used] : mappings) {
      const bool idle = std::max(used.in, used.out) + limits_.mapping_idle <= now;
      if (idle || used.out + limits_.mapping_inbound_only <= now) gone.push_back(mapping);
    }
    return gone;
  }

  struct Used {
    TimePoint out, in;
  };
  std::map<MappingId, Used> mappings;
  std::map<Endpoint, MappingId> dialled;
  std::vector<std::pair<Endpoint, MappingId>> heard;  // least recently heard first

 private:
  const SessionLimits& limits_;
};

class ConeRun {
 public:
  explicit ConeRun(std::uint64_t seed) : random_(seed) {
    limits_.mappings = 6;
    limits_.dialled = 8;
    limits_.heard = 5;
    limits_.mapping_idle = 120s;
    limits_.mapping_inbound_only = 400s;
  }

  void step() {
    now_ += std::chrono::seconds(random_.below(20));
    switch (random_.below(6)) {
      case 0:
      case 1:
        dial(peer());
        break;
      case 2:
        both([&](auto& table, MappingId m) { table.on_sent(m, now_); }, mapping());
        break;
      case 3:
        expire();
        break;
      case 4:
        if (random_.chance(0.1)) both([](auto& t, MappingId m) { t.close(m); }, mapping());
        break;
      default:
        hear(peer(), mapping());
    }
    compare();
  }

 private:
  template <class Fact>
  void both(Fact&& fact, MappingId mapping) {
    fact(table_, mapping);
    fact(model_, mapping);
  }
  // As a session does: CONE-1 and CONE-2, else a new one.
  void dial(const Endpoint& destination) {
    auto mapping = table_.mapping_for(destination);
    const bool is_new = !mapping;
    if (is_new) {
      EXPECT_EQ(table_.has_room(), model_.mappings.size() < limits_.mappings);
      if (!table_.has_room()) return;
      mapping = ids_.next();
      table_.open(*mapping, destination.family(), now_);
      model_.open(*mapping, now_);
    }
    const bool dialled = table_.dial(destination, *mapping);
    EXPECT_EQ(dialled, model_.dial(destination, *mapping));
    if (!dialled && is_new) both([](auto& t, MappingId m) { t.close(m); }, *mapping);
  }
  void hear(const Endpoint& source, MappingId mapping) {
    EXPECT_EQ(table_.on_heard(mapping, source, now_), model_.on_heard(mapping, source, now_));
  }
  void expire() {
    std::vector<MappingId> gone;
    while (const auto mapping = table_.expired(now_)) {
      gone.push_back(*mapping);
      table_.close(*mapping);
    }
    std::ranges::sort(gone);
    EXPECT_EQ(gone, model_.expired(now_));
    for (const auto m : gone) model_.close(m);
    EXPECT_GT(table_.next_expiry().value_or(TimePoint::max()), now_);
    EXPECT_EQ(table_.next_expiry().has_value(), !model_.mappings.empty());
  }
  void compare() {
    for (std::uint64_t i = 0; i < kPeers; ++i) {
      EXPECT_EQ(table_.mapping_for(peer_number(i)), model_.mapping_for(peer_number(i)));
    }
    EXPECT_EQ(table_.mappings(), model_.mappings.size());
    EXPECT_EQ(table_.dialled(), model_.dialled.size());
    EXPECT_EQ(table_.heard(), model_.heard.size());
  }

  static constexpr std::uint64_t kPeers = 16;
  static Endpoint peer_number(std::uint64_t i) {
    return {IpAddress::v4(10, 0, 0, static_cast<std::uint8_t>(i / 2)),
            static_cast<std::uint16_t>(1 + i % 2)};
  }
  Endpoint peer() { return peer_number(random_.below(kPeers)); }
  MappingId mapping() {
    if (model_.mappings.empty() || random_.chance(0.1)) return MappingId{999};
    const auto nth = static_cast<std::ptrdiff_t>(random_.below(model_.mappings.size()));
    return std::next(model_.mappings.begin(), nth)->first;
  }

  Random random_;
  SessionLimits limits_;
  IdSource<MappingId> ids_;
  ConeTable table_{MappingPolicy::by_destination, limits_, 3};
  ConeModel model_{limits_};
  TimePoint now_{1h};
};

TEST(ConeTableModel, AgreesUnderRandomFacts) {
  for (std::uint64_t seed = 1; seed <= 100 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ConeRun run(seed);
    for (int i = 0; i < 2000 && !HasFailure(); ++i) run.step();
  }
}

}  // namespace
}  // namespace fullcone
