#include "simulator/ledger.hpp"

#include <algorithm>
#include <iterator>

namespace fullcone::sim {

void Ledger::on_app_sent(AppId app, const Destination& to, const Content& payload) {
  if (!stopped_) ++count(entry_of(payload).by_apps, {app, to});
}

void Ledger::on_may_repeat(const Destination& to, const Content& payload) {
  if (!stopped_) ++count(entry_of(payload).repeated, to);
}

void Ledger::on_port_opened(const Endpoint& external) { ports_[external].reset(); }

void Ledger::on_sent(const Endpoint& from, const Endpoint& to, const Content& payload,
                     TimePoint now) {
  if (stopped_) return;
  if (ports_.contains(to)) ++count(entry_of(payload).to_ports, {from, to});
  if (ports_.contains(from)) check_left(from, to, entry_of(payload), now);
}

void Ledger::on_duplicated(const Endpoint& from, const Endpoint& to, const Content& payload) {
  if (!stopped_ && ports_.contains(to)) ++count(entry_of(payload).to_ports, {from, to});
}

// A server sends from `external`: some app must have sent this payload there, often enough.
void Ledger::check_left(const Endpoint& external, const Endpoint& to, Entry& entry, TimePoint now) {
  std::uint64_t sent = 0;
  Senders senders;
  for (const auto& [by, times] : entry.by_apps) {
    if (!means(by.second, to)) continue;
    sent += times;
    senders.push_back(by.first);
  }
  if (senders.empty()) {
    return findings_.add(now, "UDP-8",
                         external.to_string() + " sends to " + to.to_string() +
                             " a payload that no app has sent there");
  }
  for (const auto& [destination, times] : entry.repeated) {
    if (means(destination, to)) sent += times;
  }
  if (++count(entry.left, to) > sent) {
    findings_.add(now, "UDP-8",
                  external.to_string() + " sends to " + to.to_string() +
                      " a payload more often than apps have");
  }
  check_owner(external, senders, now);
}

// One external port serves one app's session, as long as it is open.
void Ledger::check_owner(const Endpoint& external, const Senders& senders, TimePoint now) {
  std::optional<AppId>& owner = ports_.at(external);
  if (!owner && std::ranges::count(senders, senders.front()) == std::ssize(senders)) {
    owner = senders.front();
  } else if (owner && std::ranges::count(senders, *owner) == 0) {
    findings_.add(now, "CONE-9", external.to_string() + " sends for another app's session");
  }
}

void Ledger::on_app_received(AppId app, const Destination& source, const Content& payload,
                             TimePoint now) {
  if (stopped_) return;
  Entry& entry = entry_of(payload);
  std::uint64_t sent = 0;
  bool own_port = false;
  for (const auto& [way, times] : entry.to_ports) {
    if (!means(source, way.first)) continue;
    sent += times;
    const std::optional<AppId>& owner = ports_.at(way.second);
    own_port = own_port || !owner || *owner == app;
  }
  if (sent == 0) {
    findings_.add(now, "CONE-5",
                  "an app gets a payload that " + to_string(source) + " has not sent");
  } else if (!own_port) {
    findings_.add(now, "CONE-9",
                  "an app gets what " + to_string(source) + " sent to another app's port");
  } else if (++count(entry.got, source) > sent) {
    findings_.add(now, "CONE-5",
                  "an app gets a payload of " + to_string(source) + " more often than it was sent");
  }
}

bool Ledger::means(const Destination& destination, const Endpoint& endpoint) const {
  if (const auto* const exact = std::get_if<Endpoint>(&destination)) return *exact == endpoint;
  const auto& name = std::get<NamedEndpoint>(destination);
  return name.port == endpoint.port && zone_.has(name.host, endpoint.ip);
}

// ----- tables

template <class Key>
std::uint64_t& Ledger::count(Tally<Key>& tally, const Key& key) {
  const auto known = std::ranges::find(tally, key, &std::pair<Key, std::uint64_t>::first);
  return known != tally.end() ? known->second : tally.emplace_back(key, 0).second;
}

Ledger::Entry& Ledger::entry_of(const Content& payload) {
  const Print print{payload.hash, payload.octets.size()};
  const auto next = static_cast<std::uint32_t>(entries_.size());
  const auto [place, is_new] = places_.try_emplace(print, next);
  return is_new ? entries_.emplace_back() : entries_[place->second];
}

}  // namespace fullcone::sim
