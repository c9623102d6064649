#include "app/both_roles.hpp"

#include <iterator>
#include <utility>

#include "app/setting_kinds.hpp"

namespace fullcone::config {

Key role_key(const std::string& role) {
  const auto allowed = toml_string(role);
  const auto read = [role, allowed](const Node& node, const std::string& path, Faults& faults) {
    const auto* found = node.as<std::string>();
    if (found == nullptr || *found != role) faults.push_back(not_allowed(node, path, allowed));
  };
  return {.path = "role",
          .setting = {allowed, "", read},
          .meaning = "What this file is for.",
          .example = allowed,
          .need = Need::required};
}

std::vector<Key> process_keys(std::string& log_level, unsigned& threads, Duration& drain) {
  std::vector<Choice<std::string>> levels;
  for (const auto& name : kLogLevels) {
    levels.push_back({name, name});
  }
  return {
      {.path = "log_level",
       .setting = choice(log_level, log_level, levels),
       .meaning = "What is logged, on standard error; --log-level goes before this."},
      {.path = "threads",
       .setting = count(threads, 0u, 1024u),
       .meaning = "Threads that carry traffic. 0: one per core of the machine."},
      {.path = "drain",
       .setting = duration(drain, 0s, 24h),
       .meaning = "How long SIGTERM waits for TCP transfers to end by themselves; a second one "
                  "ends them at once."},
  };
}

std::vector<Key> keep_alive_keys(KeepAlive& keep_alive) {
  return {
      {.path = "keep_alive.idle",
       .setting = duration(keep_alive.idle, 1s, 89s),
       .meaning = "TCP keepalive between client and server: after so long without traffic the "
                  "first probe is sent."},
      {.path = "keep_alive.interval",
       .setting = duration(keep_alive.interval, 1s, 89s),
       .meaning = "Between probes."},
      {.path = "keep_alive.probes",
       .setting = count(keep_alive.probes, 1, 88),
       .meaning = "The link is dead when so many stay unanswered. idle + interval * probes is at "
                  "most 90 s."},
  };
}

Rule keep_alive_rule(const KeepAlive& keep_alive) {
  return {"keep_alive.idle", [&keep_alive] { return keep_alive.dead_after() <= 90s; },
          "idle + interval * probes of at most 90s (rule CRUM-11)"};
}

void append(std::vector<Key>& keys, std::vector<Key> more) {
  keys.insert(keys.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
}

}  // namespace fullcone::config
