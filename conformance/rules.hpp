// The rules of SPEC.md and RFC4787.md, in their order, as they stood when the suite was built.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace fullcone::conformance {

enum class Level { must, should, may };
enum class Side { server, client, nat };

std::string_view to_string(Level level);
std::string_view to_string(Side side);

struct Rule {
  std::string_view id;  // "CONE-5"
  Level level = Level::must;
  bool binds_server = false;
  bool binds_client = false;
  bool binds_nat = false;

  std::string_view section() const { return id.substr(0, id.rfind('-')); }
  bool binds(Side side) const {
    if (side == Side::nat) return binds_nat;
    return side == Side::server ? binds_server : binds_client;
  }
};

std::span<const Rule> spec_rules();
// Its place among them; nullopt: there is no such rule.
std::optional<std::size_t> rule_index(std::string_view id);

// The sections that this suite claims to cover; a MUST rule in one of them without a case is an
// error.
bool covers_section(std::string_view section);

}  // namespace fullcone::conformance
