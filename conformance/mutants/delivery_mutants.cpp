// Servers, and a client, that change what they carry, or deliver it in the wrong place.
#include <algorithm>

#include "conformance/bed/request.hpp"
#include "conformance/bed/served_request.hpp"
#include "conformance/mutants/link.hpp"
#include "conformance/mutants/mutant.hpp"
#include "conformance/mutants/tampered_network.hpp"

namespace fullcone::conformance {
namespace {

const Endpoint* endpoint_of(const Link& link) {
  if (!link.is(Command::udp)) return nullptr;
  return std::get_if<Endpoint>(&*link.request()->destination);
}

bool same_session(const Link& a, const Link& b) {
  return a.request()->user == b.request()->user && a.request()->session == b.request()->session;
}

// Finds the open connections of a session.
struct SessionTamper : Tamper {
  template <class Holds>
  Link* find(const Link& of, Command command, Holds&& holds) {
    for (Link* const each : network->links()) {
      if (each != &of && each->is(command) && !each->is_left() && same_session(of, *each) &&
          holds(*each)) {
        return each;
      }
    }
    return nullptr;
  }
  Link* crumfurs_of(const Link& link) {
    return find(link, Command::crumfurs, [](const Link&) { return true; });
  }
};

struct FlipsBit : Tamper {
  void on_octets_down(Link&, Bytes& octets) override {
    seen_ += octets.size();
    if (seen_ > 100'000) octets.back() ^= 1;
  }
  std::size_t seen_ = 0;
};

struct Truncates : Tamper {
  Datagrams on_datagram_down(Link&, const std::string& payload) override {
    return {payload.substr(0, 1400)};
  }
};

struct MergesUpward : Tamper {
  Datagrams on_datagram_up(Link&, const std::string& payload) override {
    if (payload.size() > 100) return {payload};
    waiting_ += payload;
    if (++count_ % 2 != 0 && count_ > 3) return {};
    return {std::exchange(waiting_, {})};
  }
  std::string waiting_;
  int count_ = 0;
};

struct DropsEmpty : Tamper {
  Datagrams on_datagram_up(Link&, const std::string& payload) override {
    return payload.empty() ? Datagrams() : Datagrams{payload};
  }
};

struct OversizedCloses : Tamper {
  Datagrams on_datagram_up(Link& link, const std::string& payload) override {
    if (payload.size() > 65507) link.inner()->cut();
    return {payload};
  }
};

struct LengthLies : Tamper {
  Datagrams on_datagram_down(Link& link, const std::string& payload) override {
    Bytes octets = frame(payload);
    octets[1] = static_cast<std::uint8_t>(octets[1] + 2);  // its own two octets counted in
    link.deliver(octets);
    return {};
  }
};

struct StrangerOnChannel : SessionTamper {
  void on_umfurs(Link& link, const Umfurs& message, Bytes& octets) override {
    Link* const channel = find(link, Command::udp, [](const Link&) { return true; });
    if (channel == nullptr) return;
    channel->deliver(frame(message.payload));
    octets.clear();
  }
};

struct StrangerTwice : Tamper {
  void on_umfurs(Link&, const Umfurs&, Bytes& octets) override { append(octets, Bytes(octets)); }
};

struct StrangerMisnamed : Tamper {
  void on_umfurs(Link&, const Umfurs& message, Bytes& octets) override {
    octets = umfurs_message(
        {message.source.ip, static_cast<std::uint16_t>(message.source.port + 1)}, message.payload);
  }
};

// Lets in only who has been written to, like an address-dependent filter.
struct FiltersByAddress : SessionTamper {
  void on_umfurs(Link& link, const Umfurs& message, Bytes& octets) override {
    const bool known = find(link, Command::udp, [&](const Link& channel) {
      const Endpoint* const to = endpoint_of(channel);
      return to != nullptr && to->ip == message.source.ip;
    });
    if (!known) octets.clear();
  }
};

struct KnownByCrumfursToo : SessionTamper {
  Datagrams on_datagram_down(Link& link, const std::string& payload) override {
    Link* const crumfurs = crumfurs_of(link);
    const Endpoint* const source = endpoint_of(link);
    if (crumfurs != nullptr && source != nullptr && !payload.empty()) {
      crumfurs->deliver(umfurs_message(*source, payload));
    }
    return {payload};
  }
};

// Goes on treating a peer as a stranger once it was one.
struct OnceStrangerAlways : SessionTamper {
  void on_umfurs(Link&, const Umfurs& message, Bytes&) override {
    strangers_.push_back(message.source);
  }
  Datagrams on_datagram_down(Link& link, const std::string& payload) override {
    const Endpoint* const source = endpoint_of(link);
    Link* const crumfurs = crumfurs_of(link);
    if (source == nullptr || crumfurs == nullptr ||
        std::ranges::find(strangers_, *source) == strangers_.end()) {
      return {payload};
    }
    crumfurs->deliver(umfurs_message(*source, payload));
    return {};
  }
  std::vector<Endpoint> strangers_;
};

struct PeersByIpOnly : SessionTamper {
  void on_umfurs(Link& link, const Umfurs& message, Bytes& octets) override {
    Link* const channel = find(link, Command::udp, [&](const Link& each) {
      const Endpoint* const to = endpoint_of(each);
      return to != nullptr && to->ip == message.source.ip;
    });
    if (channel == nullptr) return;
    channel->deliver(frame(message.payload));
    octets.clear();
  }
};

struct OldestChannel : SessionTamper {
  Datagrams on_datagram_down(Link& link, const std::string& payload) override {
    Link* const older = find(link, Command::udp, [&](const Link& each) {
      return each.request()->destination == link.request()->destination;
    });
    if (older == nullptr) return {payload};
    older->deliver(frame(payload));
    return {};
  }
};

struct OverlargeUmfursAsIpv6 : Tamper {
  void on_umfurs(Link&, const Umfurs& message, Bytes& octets) override {
    if (!message.source.ip.is_v4()) return;
    std::string body = "\3";
    body += as_text(message.source.ip.mapped());
    body += static_cast<char>(message.source.port >> 8);
    body += static_cast<char>(message.source.port & 0xff);
    octets = frame(body + message.payload);
  }
};

}  // namespace

std::vector<Mutant> delivery_mutants() {
  return {
      make_mutant<FlipsBit>("TCP-1", "flips a bit in a long stream"),
      make_mutant<Truncates>("UDP-8", "cuts long replies"),
      make_mutant<Truncates>("UDP-8", "a client that cuts long replies", Side::client),
      make_mutant<MergesUpward>("UDP-8", "merges small datagrams"),
      make_mutant<DropsEmpty>("UDP-5", "drops empty datagrams"),
      make_mutant<OversizedCloses>("UDP-5", "closes on an oversized datagram"),
      make_mutant<LengthLies>("UDP-1", "counts the length into the length"),
      make_mutant<StrangerOnChannel>("CONE-5", "delivers strangers on a channel"),
      make_mutant<StrangerTwice>("CONE-5", "delivers strangers twice"),
      make_mutant<StrangerMisnamed>("CRUM-3", "names another port than the stranger's"),
      make_mutant<FiltersByAddress>("CONE-5", "filters strangers by address"),
      make_mutant<KnownByCrumfursToo>("CONE-6", "delivers known sources by CRUMFURS too"),
      make_mutant<OnceStrangerAlways>("CONE-7", "takes an answered stranger for a stranger"),
      make_mutant<PeersByIpOnly>("CONE-8", "tells peers apart by IP only"),
      make_mutant<OldestChannel>("UDP-4", "answers on the channel opened first"),
      make_mutant<OverlargeUmfursAsIpv6>("CRUM-3", "writes IPv4 in its IPv6 form"),
  };
}

}  // namespace fullcone::conformance
