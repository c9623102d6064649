// Clients with one rule broken.
#include <algorithm>
#include <variant>

#include "conformance/bed/app.hpp"
#include "conformance/mutants/link.hpp"
#include "conformance/mutants/mutant.hpp"
#include "conformance/mutants/opens_early.hpp"
#include "conformance/mutants/tampered_network.hpp"
#include "wire/socks5.hpp"

namespace fullcone::conformance {
namespace {

struct RequestTamper : Tamper {
  bool reads_requests() const override { return true; }
};

struct NoSessionIds : RequestTamper {
  bool on_request(Link&, RequestHeader& header) override {
    header.session = {};
    return true;
  }
};

struct LowersNames : RequestTamper {
  bool on_request(Link&, RequestHeader& header) override {
    if (!header.destination) return true;
    if (auto* const named = std::get_if<NamedEndpoint>(&*header.destination)) {
      std::ranges::transform(named->host, named->host.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      });
    }
    return true;
  }
};

struct SpeaksV0 : RequestTamper {
  bool on_request(Link&, RequestHeader& header) override {
    if (header.command != Command::crumfurs) header.version = 0;
    return true;
  }
};

// The client gets its answer before the suite gives one.
struct DoesNotWait : RequestTamper {
  bool on_request(Link& link, RequestHeader& header) override {
    if (header.command == Command::crumfurs) link.inner()->send(Bytes{kEstablished});
    return true;
  }
  void on_answer(Link&, Bytes& answer) override { answer.clear(); }
};

struct AnyAnswerWillDo : Tamper {
  void on_answer(Link&, Bytes& answer) override { answer.front() = kEstablished; }
};

struct PutsUpWithMalformed : Tamper {
  void on_malformed_umfurs(Link&, Bytes& message) override { message.clear(); }
};

struct SpeaksOnCrumfurs : RequestTamper {
  void on_answer(Link& link, Bytes&) override { link.deliver(Bytes{0}); }
};

struct DoesNotReconnect : Tamper {
  void on_first_octets(Link& link, Bytes& octets) override {
    const auto parsed = parse_request_header(octets);
    if (!parsed.parsed() || parsed.value().command != Command::crumfurs) return;
    const auto& session = parsed.value().session;
    if (std::ranges::find(known_, session) != known_.end()) {
      octets.clear();
      link.inner()->close();
    }
    known_.push_back(session);
  }
  std::vector<SessionId> known_;
};

struct ChannelPerDatagram : Tamper {
  Datagrams on_datagram_up(Link& link, const std::string& payload) override {
    if (++count_ % 2 != 0) return {payload};
    auto second = std::make_unique<Link>(*network, nullptr, false);
    Bytes octets;
    encode_request_header(*link.request(), octets);
    second->deliver(octets + frame(payload));
    network->offer(std::move(second));
    return {};
  }
  int count_ = 0;
};

struct AssociationStays : Tamper {
  Ending on_app_ending(Ending) override { return Ending::nothing; }
};

struct FragmentsPass : Tamper {
  bool on_sent(TamperedPort&, Endpoint&, std::string& payload) override {
    if (payload.size() > 2) payload[2] = '\0';
    return true;
  }
};

// Whoever sends to a relay is taken for its app.
struct AnyoneMaySend : Tamper {
  bool on_sent(TamperedPort& port, Endpoint& to, std::string& payload) override {
    for (TamperedPort* const other : network->ports()) {
      if (other == &port) continue;
      other->inner().send_to(to, as_bytes(payload));
      return false;
    }
    return true;
  }
};

template <class Change>
void change_source(Datagram& datagram, Change&& change) {
  const auto parsed = socks5::parse_udp_datagram(as_bytes(datagram.payload));
  const auto* const message = std::get_if<socks5::UdpDatagram>(&parsed);
  if (message == nullptr) return;
  const Bytes changed = socks_datagram(change(message->destination), as_text(message->payload));
  datagram.payload = as_text(changed);
}

struct NamesNobody : Tamper {
  bool on_received(TamperedPort&, Datagram& datagram) override {
    change_source(datagram, [](const Destination&) { return Endpoint{}; });
    return true;
  }
};

struct NamesAddressForDomain : Tamper {
  bool on_received(TamperedPort&, Datagram& datagram) override {
    change_source(datagram, [](const Destination& source) -> Destination {
      const auto* const named = std::get_if<NamedEndpoint>(&source);
      return named == nullptr ? source : Endpoint{IpAddress::v4(192, 0, 2, 1), named->port};
    });
    return true;
  }
};

struct AppsShareDatagrams : Tamper {
  bool on_received(TamperedPort& port, Datagram& datagram) override {
    for (TamperedPort* const other : network->ports()) {
      if (other != &port) other->deliver(datagram);
    }
    return true;
  }
};

struct PortsAreForgotten : RequestTamper {
  bool on_request(Link&, RequestHeader& header) override {
    if (!header.destination) return true;
    auto* const endpoint = std::get_if<Endpoint>(&*header.destination);
    if (endpoint == nullptr) return true;
    const auto known = std::ranges::find(first_, endpoint->ip, &Endpoint::ip);
    if (known == first_.end()) {
      first_.push_back(*endpoint);
      return true;
    }
    return false;  // that address has its channel already
  }
  std::vector<Endpoint> first_;
};

struct HalfCloseKills : Tamper {
  Ending on_app_ending(Ending how) override { return how == Ending::end ? Ending::close : how; }
};

struct FlipsBit : Tamper {
  void on_octets_up(Link&, Bytes& octets) override {
    seen_ += octets.size();
    if (seen_ > 100'000) octets.back() ^= 1;
  }
  std::size_t seen_ = 0;
};

template <class Fault>
Mutant client_mutant(std::string_view rule, std::string_view fault) {
  return make_mutant<Fault>(rule, fault, Side::client);
}

}  // namespace

std::vector<Mutant> client_mutants() {
  return {
      client_mutant<SpeaksV0>("HDR-1", "a client that asks in v0"),
      client_mutant<NoSessionIds>("HDR-2", "a client without session ids"),
      client_mutant<LowersNames>("HDR-4", "a client that changes names"),
      client_mutant<FlipsBit>("TCP-1", "a client that flips a bit in a long stream"),
      client_mutant<HalfCloseKills>("TCP-2", "a client that ends both directions with one"),
      client_mutant<ChannelPerDatagram>("UDP-3", "a client with several channels per destination"),
      client_mutant<SpeaksOnCrumfurs>("CRUM-1", "a client that speaks on CRUMFURS"),
      client_mutant<PutsUpWithMalformed>("CRUM-3", "a client that puts up with malformed messages"),
      client_mutant<DoesNotWait>("CRUM-4", "a client that does not wait for the answer"),
      client_mutant<AnyAnswerWillDo>("CRUM-4", "a client that takes any answer"),
      client_mutant<OpensEarly<Command::crumfurs>>("CRUM-5",
                                                   "a client that opens CRUMFURS for nothing"),
      client_mutant<DoesNotReconnect>("CRUM-8", "a client that does not come back after a cut"),
      client_mutant<PortsAreForgotten>("CONE-8", "a client that tells peers apart by IP only"),
      client_mutant<AssociationStays>("SOCKS-1", "a client whose associations outlive their apps"),
      client_mutant<FragmentsPass>("SOCKS-2", "a client that passes fragments on"),
      client_mutant<AnyoneMaySend>("SOCKS-3", "a client whose relay serves anyone"),
      client_mutant<NamesNobody>("SOCKS-4", "a client that does not name the peer"),
      client_mutant<NamesAddressForDomain>("SOCKS-4",
                                           "a client that names an address for a domain"),
      client_mutant<AppsShareDatagrams>("SOCKS-5", "a client whose apps hear each other"),
  };
}

}  // namespace fullcone::conformance
