// Who sent what to whom, from end to end: what a server sends must have been sent by an app to that
// destination, unchanged and no more often; what an app gets must have been sent by the source that
// it names, no more often than it was sent or doubled by a link, to an external port of that app's
// own session. It knows nothing of channels: plain maps, filled from what apps do and from what
// passes on the network. Rules: UDP-8, CONE-5, CONE-8, CONE-9, SOCKS-4, SOCKS-5.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "simulator/findings.hpp"
#include "simulator/zone.hpp"
#include "wire/address.hpp"

namespace fullcone::sim {

enum class AppId : std::uint64_t {};

class Ledger {
 public:
  Ledger(Findings& findings, const Zone& zone) : findings_(findings), zone_(zone) {}

  // Nothing is judged any more: somebody speaks to a server, or as one, by hand.
  void stop() { stopped_ = true; }

  // ----- what apps do
  void on_app_sent(AppId app, const Destination& to, ByteView payload);
  void on_app_received(AppId app, const Destination& source, ByteView payload, TimePoint now);

  // ----- what servers and the network do
  void on_port_opened(const Endpoint& external);
  void on_sent(const Endpoint& from, const Endpoint& to, ByteView payload, TimePoint now);
  void on_duplicated(const Endpoint& from, const Endpoint& to, ByteView payload);

 private:
  struct Print {  // stands for a payload
    std::uint64_t hash = 0;
    std::size_t size = 0;
    auto operator<=>(const Print&) const = default;
  };
  struct Entry {  // of all datagrams with one payload
    std::map<std::pair<AppId, Destination>, std::uint64_t> by_apps;
    std::map<Endpoint, std::uint64_t> left;                           // destination -> count
    std::map<std::pair<Endpoint, Endpoint>, std::uint64_t> to_ports;  // (source, external port)
    std::map<Destination, std::uint64_t> got;                         // source as an app was told
  };

  static Print print_of(ByteView payload);
  bool means(const Destination& destination, const Endpoint& endpoint) const;
  void check_left(const Endpoint& external, const Endpoint& to, Entry& entry, TimePoint now);
  void check_owner(const Endpoint& external, const std::set<AppId>& senders, TimePoint now);

  Findings& findings_;
  const Zone& zone_;
  bool stopped_ = false;
  std::set<Endpoint> ports_;          // every external port that servers have opened
  std::map<Endpoint, AppId> owners_;  // as learnt from what left by them
  std::map<Print, Entry> entries_;
};

}  // namespace fullcone::sim
