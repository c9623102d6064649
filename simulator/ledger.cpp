#include "simulator/ledger.hpp"

#include <algorithm>
#include <variant>

namespace fullcone::sim {

void Ledger::on_app_sent(AppId app, const Destination& to, const Content& payload) {
  if (stopped_) return;
  ++count(entry_of(payload).by_apps, further_by_apps_, {place_of(to), app});
}

void Ledger::on_may_repeat(const Destination& to, const Content& payload) {
  if (stopped_) return;
  Entry& entry = entry_of(payload);
  repeated_.push_back({place_of(to), 1, entry.repeated});
  entry.repeated = static_cast<std::uint32_t>(repeated_.size());
}

void Ledger::on_port_opened(const Endpoint& external) { ports_[external].reset(); }

void Ledger::on_sent(const Endpoint& from, const Endpoint& to, const Content& payload,
                     TimePoint now) {
  if (stopped_) return;
  if (ports_.contains(to)) {
    ++count(entry_of(payload).to_ports, further_to_ports_, {from, to});
  }
  if (ports_.contains(from)) check_left(from, to, entry_of(payload), now);
}

void Ledger::on_duplicated(const Endpoint& from, const Endpoint& to, const Content& payload) {
  if (stopped_ || !ports_.contains(to)) return;
  ++count(entry_of(payload).to_ports, further_to_ports_, {from, to});
}

// A server sends from `external`: some app must have sent this payload there, often enough.
void Ledger::check_left(const Endpoint& external, const Endpoint& to, Entry& entry, TimePoint now) {
  std::uint64_t sent = 0;
  Senders senders;
  for_each(entry.by_apps, further_by_apps_, [&](const BySender& by, std::uint32_t times) {
    if (!means(by.to, to)) return;
    sent += times;
    senders.push_back(by.app);
  });
  if (senders.empty()) {
    return findings_.add(now, "UDP-8",
                         external.to_string() + " sends to " + to.to_string() +
                             " a payload that no app has sent there");
  }
  for (std::uint32_t at = entry.repeated; at != 0; at = repeated_[at - 1].next) {
    if (means(repeated_[at - 1].key, to)) ++sent;
  }
  if (++count(entry.left, further_left_, to) > sent) {
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
  const Place place = place_of(source);
  for_each(entry.to_ports, further_to_ports_, [&](const ToPort& way, std::uint32_t times) {
    if (!means(place, way.source)) return;
    sent += times;
    const std::optional<AppId>& owner = ports_.at(way.external);
    own_port = own_port || !owner || *owner == app;
  });
  if (sent == 0) {
    findings_.add(now, "CONE-5",
                  "an app gets a payload that " + to_string(source) + " has not sent");
  } else if (!own_port) {
    findings_.add(now, "CONE-9",
                  "an app gets what " + to_string(source) + " sent to another app's port");
  } else if (++count(entry.got, further_got_, place) > sent) {
    findings_.add(now, "CONE-5",
                  "an app gets a payload of " + to_string(source) + " more often than it was sent");
  }
}

bool Ledger::means(const Place& place, const Endpoint& endpoint) const {
  if (place.name == 0) return place.endpoint == endpoint;
  const NamedEndpoint& name = names_[place.name - 1];
  return name.port == endpoint.port && zone_.has(name.host, endpoint.ip);
}

// ----- tables

Ledger::Place Ledger::place_of(const Destination& destination) {
  if (const auto* const exact = std::get_if<Endpoint>(&destination)) return {*exact};
  const auto next = static_cast<std::uint32_t>(names_.size() + 1);
  const auto [known, is_new] = places_of_names_.try_emplace(destination, next);
  if (is_new) names_.push_back(std::get<NamedEndpoint>(destination));
  return {{}, known->second};
}

template <class Key>
std::uint32_t& Ledger::count(Count<Key>& first, Further<Key>& further, const Key& key) {
  if (first.times == 0) first.key = key;
  Count<Key>* at = &first;
  for (; at->key != key; at = &further[at->next - 1]) {
    if (at->next != 0) continue;
    at->next = static_cast<std::uint32_t>(further.size() + 1);
    further.push_back({key});
  }
  return at->times;
}

template <class Key, class Each>
void Ledger::for_each(const Count<Key>& first, const Further<Key>& further, Each&& each) {
  if (first.times == 0) return;
  for (const Count<Key>* at = &first;; at = &further[at->next - 1]) {
    each(at->key, at->times);
    if (at->next == 0) return;
  }
}

Ledger::Entry& Ledger::entry_of(const Content& payload) {
  const Print print{payload.hash, payload.octets.size()};
  const auto next = static_cast<std::uint32_t>(entries_.size());
  const auto [place, is_new] = places_.try_emplace(print, next);
  return is_new ? entries_.emplace_back() : entries_[place->second];
}

}  // namespace fullcone::sim
