// The names of the world and their addresses: what a server's resolver answers.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "simulator/link_settings.hpp"

namespace fullcone::sim {

class Zone {
 public:
  Duration delay = 3ms;  // from question to answer

  // Replaces what the name had.
  void set(const std::string& name, std::vector<IpAddress> addresses) {
    names_[name].addresses = std::move(addresses);
    names_[name].rotating = false;
  }
  // Each answer begins one address further than the last.
  void set_rotating(const std::string& name, std::vector<IpAddress> addresses) {
    names_[name].addresses = std::move(addresses);
    names_[name].rotating = true;
  }
  // Its answers take so long.
  void set_slow(const std::string& name, Duration slow) { names_[name].delay = slow; }
  // Its name servers fail, or work again.
  void set_failing(const std::string& name, bool failing) { names_[name].failing = failing; }
  void remove(const std::string& name) { names_.erase(name); }

  bool fails(const std::string& name) const {
    const auto found = names_.find(name);
    return found != names_.end() && found->second.failing;
  }
  Duration delay_of(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? delay : found->second.delay.value_or(delay);
  }
  // In the order of preference; empty: there is no such name, or it fails.
  std::vector<IpAddress> answer(const std::string& name) {
    const auto found = names_.find(name);
    if (found == names_.end() || found->second.failing || found->second.addresses.empty()) {
      return {};
    }
    const auto answered = found->second.addresses;
    if (found->second.rotating)
      std::ranges::rotate(found->second.addresses, found->second.addresses.begin() + 1);
    return answered;
  }
  // Whether `ip` is among the name's addresses.
  bool has(const std::string& name, const IpAddress& ip) const {
    const auto found = names_.find(name);
    return found != names_.end() && std::ranges::count(found->second.addresses, ip) != 0;
  }

 private:
  struct Record {
    std::vector<IpAddress> addresses;
    bool rotating = false;
    bool failing = false;
    std::optional<Duration> delay;
  };
  std::map<std::string, Record> names_;
};

}  // namespace fullcone::sim
