// The names of the world and their addresses: what a server's resolver answers.
#pragma once

#include <algorithm>
#include <map>
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
    names_[name] = {std::move(addresses), false};
  }
  // Each answer begins one address further than the last.
  void set_rotating(const std::string& name, std::vector<IpAddress> addresses) {
    names_[name] = {std::move(addresses), true};
  }
  void remove(const std::string& name) { names_.erase(name); }

  // In the order of preference; empty: there is no such name.
  std::vector<IpAddress> answer(const std::string& name) {
    const auto found = names_.find(name);
    if (found == names_.end()) return {};
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
  };
  std::map<std::string, Record> names_;
};

}  // namespace fullcone::sim
