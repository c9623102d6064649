// Faults in what a proxy owes its apps (PROXY-1 to PROXY-5), played between the apps and our own
// client and server.
//
//   reserved 2 | fragment 1 | atyp 1 | address | port 2 | payload
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "conformance/mutants/mutant.hpp"
#include "conformance/mutants/tampered_network.hpp"
#include "wire/socks5.hpp"

namespace fullcone::conformance {
namespace {

constexpr std::size_t kFragment = 2;
constexpr std::size_t kAtyp = 3;

// Head and payload of a datagram between app and relay.
std::pair<std::string, std::string> split(const std::string& octets) {
  const auto parsed = socks5::parse_udp_datagram(as_bytes(octets));
  const std::string payload(as_text(std::get<socks5::UdpDatagram>(parsed).payload));
  return {octets.substr(0, octets.size() - payload.size()), payload};
}

struct OutlivesItsConnection : Tamper {
  Ending on_app_ending(Ending) override { return Ending::nothing; }
};

struct EndsWithAnyOther : Tamper {
  bool over = false;
  Ending on_app_ending(Ending how) override {
    over = true;
    return how;
  }
  bool on_received(TamperedPort& port, Datagram&) override { return !over || !port.is_inside(); }
};

struct PassesFragments : Tamper {
  bool on_sent(TamperedPort& port, Endpoint&, std::string& octets) override {
    if (port.is_inside()) octets[kFragment] = 0;
    return true;
  }
};

template <char atyp>
struct Lacks : Tamper {
  bool on_sent(TamperedPort& port, Endpoint&, std::string& octets) override {
    return !port.is_inside() || octets[kAtyp] != atyp;
  }
};

struct TellsEveryApp : Tamper {
  bool on_received(TamperedPort& port, Datagram& datagram) override {
    if (!port.is_inside()) return true;
    for (TamperedPort* const each : network->ports()) {
      if (each != &port && each->is_inside()) each->deliver(datagram);
    }
    return true;
  }
};

// Names whoever was written to last.
template <bool strangers_only>
struct NamesAnother : Tamper {
  std::set<std::string> written_to;
  std::string last;
  bool on_sent(TamperedPort& port, Endpoint&, std::string& octets) override {
    if (!port.is_inside()) return true;
    last = split(octets).first;
    written_to.insert(last);
    return true;
  }
  bool on_received(TamperedPort& port, Datagram& datagram) override {
    if (!port.is_inside()) return true;
    const auto [head, payload] = split(datagram.payload);
    if (!strangers_only || !written_to.contains(head)) datagram.payload = last + payload;
    return true;
  }
};

template <class Fault>
Mutant pair_mutant(std::string_view rule, std::string_view fault) {
  Mutant mutant = make_mutant<Fault>(rule, fault, Side::nat);
  mutant.pair = MappingPolicy::endpoint_independent;
  return mutant;
}

}  // namespace

std::vector<Mutant> proxy_mutants() {
  return {
      pair_mutant<OutlivesItsConnection>("PROXY-1", "an association outlives its connection"),
      pair_mutant<EndsWithAnyOther>("PROXY-1", "an association ends with any other"),
      pair_mutant<PassesFragments>("PROXY-2", "passes pieces as datagrams"),
      pair_mutant<Lacks<1>>("PROXY-3", "no IPv4 destinations"),
      pair_mutant<Lacks<3>>("PROXY-3", "no names as destinations"),
      pair_mutant<Lacks<4>>("PROXY-3", "no IPv6 destinations"),
      pair_mutant<TellsEveryApp>("PROXY-4", "tells every app"),
      pair_mutant<NamesAnother<false>>("PROXY-5", "names whoever was written to last"),
      pair_mutant<NamesAnother<true>>("PROXY-5", "gives strangers another's name"),
  };
}

}  // namespace fullcone::conformance
