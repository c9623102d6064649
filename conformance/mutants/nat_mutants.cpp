// Faults between the suite and an honest NAT: gateways that know better, filters that change their
// mind, mappings that end too soon.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "conformance/mutants/mutant.hpp"
#include "conformance/mutants/tampered_network.hpp"

namespace fullcone::conformance {
namespace {

constexpr std::size_t kPacket = 1472;  // what an Ethernet frame holds

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

struct OnePortForAll : Tamper {
  bool on_received(TamperedPort& port, Datagram& datagram) override {
    if (!port.is_inside()) datagram.source.port = 40000;
    return true;
  }
};

struct OnlyTheFirstAnswers : Tamper {
  std::map<const TamperedPort*, Endpoint> first;
  bool on_sent(TamperedPort& port, Endpoint& to, std::string&) override {
    if (port.is_inside()) first.try_emplace(&port, to);
    return true;
  }
  bool on_received(TamperedPort& port, Datagram& datagram) override {
    return !port.is_inside() || first[&port] == datagram.source;
  }
};

struct GatewayForText : Tamper {
  bool on_sent(TamperedPort& port, Endpoint&, std::string& payload) override {
    if (port.is_inside()) replace_all(payload, port.endpoint().to_string(), "48.0.0.1:32768");
    return true;
  }
};

struct GatewayForOctets : Tamper {
  bool on_sent(TamperedPort& port, Endpoint&, std::string& payload) override {
    const IpAddress ip = port.endpoint().ip;
    if (port.is_inside()) replace_all(payload, std::string(as_text(ip.octets())), "0000");
    return true;
  }
};

// Lets strangers in while few internal endpoints were seen, and nobody afterwards.
template <std::size_t most>
struct StricterWithTime : Tamper {
  std::set<Endpoint> inside, sent_to;
  bool on_sent(TamperedPort& port, Endpoint& to, std::string&) override {
    if (!port.is_inside()) return true;
    inside.insert(port.endpoint());
    sent_to.insert(to);
    return true;
  }
  bool on_received(TamperedPort& port, Datagram& datagram) override {
    return !port.is_inside() || inside.size() <= most || sent_to.contains(datagram.source);
  }
};

// Whose port was taken gets another external port for each peer but the first.
struct SymmetricInConflict : Tamper {
  std::map<std::string, const TamperedPort*> sender;
  std::map<const TamperedPort*, Endpoint> first;
  bool on_sent(TamperedPort& port, Endpoint& to, std::string& payload) override {
    if (!port.is_inside()) return true;
    sender[payload] = &port;
    first.try_emplace(&port, to);
    return true;
  }
  bool on_received(TamperedPort& port, Datagram& datagram) override {
    const auto from = sender.find(datagram.payload);
    if (port.is_inside() || from == sender.end()) return true;
    if (in_conflict(*from->second) && first[from->second] != port.endpoint()) {
      datagram.source.port ^= 1;
    }
    return true;
  }
  bool in_conflict(const TamperedPort& port) const {
    return std::ranges::any_of(network->ports(), [&](const TamperedPort* other) {
      return other != &port && other->is_inside() && other->endpoint().port == port.endpoint().port;
    });
  }
};

struct Forgetful : Tamper {
  void forget() { dynamic_cast<SimulatedNetwork&>(network->inner()).nat().forget_all(); }
};

struct ForgetsWhenFull : Forgetful {
  std::set<Endpoint> inside;
  std::size_t most;
  explicit ForgetsWhenFull(const SubjectFacts& facts) : most(facts.mappings.value()) {}
  bool on_sent(TamperedPort& port, Endpoint&, std::string&) override {
    const bool is_new = port.is_inside() && inside.insert(port.endpoint()).second;
    if (is_new && inside.size() > most) forget();
    return true;
  }
};

// Sent to a port that nobody holds, a datagram comes back as an ICMP error.
struct ForgetsOnIcmp : Forgetful {
  bool on_sent(TamperedPort& port, Endpoint& to, std::string& payload) override {
    if (!port.is_inside() || network->inner().powers().holds_port(to)) return true;
    port.inner().send_to(to, as_bytes(payload));
    network->inner().run_until([] { return false; }, 20ms);
    forget();
    return false;
  }
};

struct DropsFragments : Tamper {
  bool on_sent(TamperedPort&, Endpoint&, std::string& payload) override {
    return payload.size() <= kPacket;
  }
};

struct CutsToAPacket : Tamper {
  bool on_sent(TamperedPort&, Endpoint&, std::string& payload) override {
    payload.resize(std::min(payload.size(), kPacket));
    return true;
  }
};

}  // namespace

std::vector<Mutant> nat_mutants() {
  constexpr Side nat = Side::nat;
  return {
      make_mutant<OnePortForAll>("RFC4787-REQ-3", "everyone at one port", nat),
      make_mutant<OnlyTheFirstAnswers>("RFC4787-REQ-8", "only the first peer may answer", nat),
      make_mutant<GatewayForText>("RFC4787-REQ-10", "rewrites addresses in text", nat),
      make_mutant<GatewayForOctets>("RFC4787-REQ-10", "rewrites addresses in octets", nat),
      make_mutant<StricterWithTime<25>>("RFC4787-REQ-11", "stricter under load", nat),
      make_mutant<StricterWithTime<3>>("RFC4787-REQ-11", "stricter the second time", nat),
      make_mutant<SymmetricInConflict>("RFC4787-REQ-11", "symmetric after a conflict", nat),
      simulated_only(
          make_mutant<ForgetsWhenFull>("RFC4787-REQ-11", "forgets all when nothing is left", nat)),
      simulated_only(make_mutant<ForgetsOnIcmp>("RFC4787-REQ-12", "forgets on an ICMP error", nat)),
      make_mutant<DropsFragments>("RFC4787-REQ-14", "drops fragments", nat),
      make_mutant<CutsToAPacket>("RFC4787-REQ-14", "cuts to one packet", nat),
  };
}

}  // namespace fullcone::conformance
