// The keys that a server and a client have in common.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/schema.hpp"
#include "base/time.hpp"
#include "core/limits.hpp"

namespace fullcone::config {

inline constexpr std::size_t kMostCounted = 16'777'216;
// In octets: room for the largest datagram, and no more than a slip of the unit would ask for.
inline constexpr std::size_t kLeastQueue = std::size_t{1} << 16;
inline constexpr std::size_t kMostQueue = std::size_t{1} << 30;

inline const std::vector<std::string> kLogLevels{"trace",   "debug", "info",
                                                 "warning", "error", "off"};

// What the file is for: "server" or "client". Sets nothing.
Key role_key(const std::string& role);

std::vector<Key> process_keys(std::string& log_level, unsigned& threads, Duration& drain);
std::vector<Key> keep_alive_keys(KeepAlive& keep_alive);
Rule keep_alive_rule(const KeepAlive& keep_alive);  // CRUM-11

void append(std::vector<Key>& keys, std::vector<Key> more);

}  // namespace fullcone::config
