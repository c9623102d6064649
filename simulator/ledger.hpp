// Who sent what to whom, from end to end: what a server sends must have been sent by an app to that
// destination, unchanged and no more often, unless the client's channel came to nothing; what an
// app gets must have been sent by the source that it names, no more often than it was sent or
// doubled by a link, to an external port of that app's own session. It knows nothing of channels:
// plain tables, filled from what apps do and from what passes on the network. Rules: UDP-8, CONE-5,
// CONE-8, CONE-9, SOCKS-4, SOCKS-5.
#pragma once

#include <boost/container/deque.hpp>
#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "simulator/content_hash.hpp"
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
  void on_app_sent(AppId app, const Destination& to, const Content& payload);
  // A client's channel to `to` has ended unanswered: the datagram on it may be sent once more.
  void on_may_repeat(const Destination& to, const Content& payload);
  void on_app_received(AppId app, const Destination& source, const Content& payload, TimePoint now);

  // ----- what servers and the network do
  void on_port_opened(const Endpoint& external);
  void on_sent(const Endpoint& from, const Endpoint& to, const Content& payload, TimePoint now);
  void on_duplicated(const Endpoint& from, const Endpoint& to, const Content& payload);

 private:
  struct Print {  // stands for a payload
    std::uint64_t hash = 0;
    std::size_t size = 0;
    bool operator==(const Print&) const = default;
  };
  struct PrintHash {
    using is_avalanching = void;
    std::size_t operator()(const Print& print) const { return print.hash; }
  };
  // How often, of each; most payloads are sent once.
  template <class Key>
  using Tally = boost::container::small_vector<std::pair<Key, std::uint64_t>, 1>;
  struct Entry {  // of all datagrams with one payload
    Tally<std::pair<AppId, Destination>> by_apps;
    Tally<Destination> repeated;
    Tally<Endpoint> left;                           // by destination
    Tally<std::pair<Endpoint, Endpoint>> to_ports;  // (source, external port)
    Tally<Destination> got;                         // by source as an app was told
  };
  using Senders = boost::container::small_vector<AppId, 4>;

  template <class Key>
  static std::uint64_t& count(Tally<Key>& tally, const Key& key);
  Entry& entry_of(const Content& payload);
  bool means(const Destination& destination, const Endpoint& endpoint) const;
  void check_left(const Endpoint& external, const Endpoint& to, Entry& entry, TimePoint now);
  void check_owner(const Endpoint& external, const Senders& senders, TimePoint now);

  Findings& findings_;
  const Zone& zone_;
  bool stopped_ = false;
  // Every external port that servers have opened, with its owner as learnt from what left by it.
  boost::unordered_flat_map<Endpoint, std::optional<AppId>, EndpointHash> ports_;
  boost::unordered_flat_map<Print, std::uint32_t, PrintHash> places_;  // in entries_
  // Many to a block; they are forgotten together.
  boost::container::deque<Entry, void,
                          boost::container::deque_options_t<boost::container::block_size<64U>>>
      entries_;
};

}  // namespace fullcone::sim
