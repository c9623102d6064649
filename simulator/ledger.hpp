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
#include <vector>

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
  // A Destination that owns nothing.
  struct Place {
    Endpoint endpoint;
    std::uint32_t name = 0;  // in names_, counted from 1; 0: it is the endpoint
    bool operator==(const Place&) const = default;
  };
  struct BySender {
    Place to;
    AppId app{};
    bool operator==(const BySender&) const = default;
  };
  struct ToPort {
    Endpoint source;
    Endpoint external;
    bool operator==(const ToPort&) const = default;
  };
  // How often one thing has happened, and where the count of the next one stands. There is one
  // entry to each datagram: nothing in it is allocated, nor needs to be destroyed.
  template <class Key>
  struct Count {
    Key key{};
    std::uint32_t times = 0;  // 0: it has not
    std::uint32_t next = 0;   // among the further ones, counted from 1
  };
  struct Entry {  // of all datagrams with one payload
    Count<BySender> by_apps;
    Count<Endpoint> left;  // by destination
    Count<ToPort> to_ports;
    Count<Place> got;            // by source as an app was told
    std::uint32_t repeated = 0;  // in repeated_, counted from 1; seldom any
  };
  template <class Key>
  using Further = boost::container::deque<Count<Key>>;
  template <class Key>
  static std::uint32_t& count(Count<Key>& first, Further<Key>& further, const Key& key);
  template <class Key, class Each>
  static void for_each(const Count<Key>& first, const Further<Key>& further, Each&& each);
  using Senders = boost::container::small_vector<AppId, 4>;

  Entry& entry_of(const Content& payload);
  Place place_of(const Destination& destination);
  bool means(const Place& place, const Endpoint& endpoint) const;
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
  std::vector<NamedEndpoint> names_;
  boost::unordered_flat_map<Destination, std::uint32_t, DestinationHash> places_of_names_;
  Further<BySender> further_by_apps_;
  Further<Endpoint> further_left_;
  Further<ToPort> further_to_ports_;
  Further<Place> further_got_;
  Further<Place> repeated_;
};

}  // namespace fullcone::sim
