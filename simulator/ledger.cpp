#include "simulator/ledger.hpp"

#include "simulator/content_hash.hpp"

namespace fullcone::sim {

void Ledger::on_app_sent(AppId app, const Destination& to, ByteView payload) {
  if (!stopped_) ++entries_[print_of(payload)].by_apps[{app, to}];
}

void Ledger::on_port_opened(const Endpoint& external) {
  ports_.insert(external);
  owners_.erase(external);
}

void Ledger::on_sent(const Endpoint& from, const Endpoint& to, ByteView payload, TimePoint now) {
  if (stopped_) return;
  if (ports_.contains(to)) ++entries_[print_of(payload)].to_ports[{from, to}];
  if (ports_.contains(from)) check_left(from, to, entries_[print_of(payload)], now);
}

void Ledger::on_duplicated(const Endpoint& from, const Endpoint& to, ByteView payload) {
  if (!stopped_ && ports_.contains(to)) ++entries_[print_of(payload)].to_ports[{from, to}];
}

// A server sends from `external`: some app must have sent this payload there, often enough.
void Ledger::check_left(const Endpoint& external, const Endpoint& to, Entry& entry, TimePoint now) {
  std::uint64_t sent = 0;
  std::set<AppId> senders;
  for (const auto& [by, count] : entry.by_apps) {
    if (!means(by.second, to)) continue;
    sent += count;
    senders.insert(by.first);
  }
  if (senders.empty()) {
    return findings_.add(now, "UDP-8",
                         external.to_string() + " sends to " + to.to_string() +
                             " a payload that no app has sent there");
  }
  if (++entry.left[to] > sent) {
    findings_.add(now, "UDP-8",
                  external.to_string() + " sends to " + to.to_string() +
                      " a payload more often than apps have");
  }
  check_owner(external, senders, now);
}

// One external port serves one app's session, as long as it is open.
void Ledger::check_owner(const Endpoint& external, const std::set<AppId>& senders, TimePoint now) {
  const auto owner = owners_.find(external);
  if (owner != owners_.end()) {
    if (!senders.contains(owner->second)) {
      findings_.add(now, "CONE-9", external.to_string() + " sends for another app's session");
    }
  } else if (senders.size() == 1) {
    owners_.emplace(external, *senders.begin());
  }
}

void Ledger::on_app_received(AppId app, const Destination& source, ByteView payload,
                             TimePoint now) {
  if (stopped_) return;
  Entry& entry = entries_[print_of(payload)];
  std::uint64_t sent = 0;
  bool own_port = false;
  for (const auto& [way, count] : entry.to_ports) {
    if (!means(source, way.first)) continue;
    sent += count;
    const auto owner = owners_.find(way.second);
    own_port = own_port || owner == owners_.end() || owner->second == app;
  }
  if (sent == 0) {
    findings_.add(now, "CONE-5",
                  "an app gets a payload that " + to_string(source) + " has not sent");
  } else if (!own_port) {
    findings_.add(now, "CONE-9",
                  "an app gets what " + to_string(source) + " sent to another app's port");
  } else if (++entry.got[source] > sent) {
    findings_.add(now, "CONE-5",
                  "an app gets a payload of " + to_string(source) + " more often than it was sent");
  }
}

bool Ledger::means(const Destination& destination, const Endpoint& endpoint) const {
  if (const auto* const exact = std::get_if<Endpoint>(&destination)) return *exact == endpoint;
  const auto& name = std::get<NamedEndpoint>(destination);
  return name.port == endpoint.port && zone_.has(name.host, endpoint.ip);
}

Ledger::Print Ledger::print_of(ByteView payload) {
  return {content_hash(0, payload), payload.size()};
}

}  // namespace fullcone::sim
