// Servers that choose the wrong external port, or need no CRUMFURS. A wrong port is had by opening
// a channel in a hidden session of its own, whose strangers are passed on as if they were the
// right session's.
#include <algorithm>
#include <map>
#include <set>

#include "conformance/bed/request.hpp"
#include "conformance/bed/served_request.hpp"
#include "conformance/mutants/link.hpp"
#include "conformance/mutants/mutant.hpp"
#include "conformance/mutants/tampered_network.hpp"

namespace fullcone::conformance {
namespace {

struct Dialled {
  Uuid user;
  SessionId session;
  Destination destination;
  auto operator<=>(const Dialled& other) const {
    return std::tuple(user.octets, session.octets, destination) <=>
           std::tuple(other.user.octets, other.session.octets, other.destination);
  }
};

class HidesSessions : public Tamper {
 public:
  bool reads_requests() const override { return true; }

  bool on_request(Link& link, RequestHeader& header) override {
    if (header.version != 1 || header.command != Command::udp) return true;
    const bool dialled =
        !dialled_.insert({header.user, header.session, *header.destination}).second;
    if (!misplaces(header, dialled)) return true;
    const SessionId seen = header.session;
    header.session.octets = {};
    header.session.octets[0] = 0xee;
    header.session.octets[1] = static_cast<std::uint8_t>(hidden_.size() >> 8);
    header.session.octets[2] = static_cast<std::uint8_t>(hidden_.size());
    hide(link, header, seen);
    return true;
  }

  bool on_sent(TamperedPort& port, Endpoint&, std::string&) override {
    heard_.insert(port.endpoint());
    return true;
  }

  void look() override {
    for (Hidden& each : hidden_) {
      const ByteView octets = each.crumfurs->received();
      if (octets.empty()) continue;
      if (!std::exchange(each.established, true)) {
        if (is_open(each.link)) each.link->release();
        each.passed = 1;
      }
      if (octets.size() > each.passed) {
        if (Link* const shown = crumfurs_of(each))
          shown->deliver(to_bytes(octets.subspan(each.passed)));
        each.passed = octets.size();
      }
    }
  }

 protected:
  // Whether this request gets a port that it should not have.
  virtual bool misplaces(const RequestHeader& header, bool dialled) = 0;

  bool was_heard(const RequestHeader& header) const {
    const auto* const endpoint = std::get_if<Endpoint>(&*header.destination);
    return endpoint != nullptr && heard_.contains(*endpoint);
  }
  bool has_open(Command command, const RequestHeader& header) const {
    return std::ranges::any_of(network->links(), [&](const Link* each) {
      return each->is(command) && !each->is_left() && &*each->request() != &header &&
             each->request()->session == header.session &&
             (command != Command::udp || each->request()->destination == header.destination);
    });
  }

 private:
  struct Hidden {
    Link* link;
    Uuid user;
    SessionId seen_session;
    std::unique_ptr<Stream> crumfurs;
    bool established = false;
    std::size_t passed = 0;
  };

  void hide(Link& link, const RequestHeader& header, const SessionId& seen) {
    RequestHeader crumfurs = header;
    crumfurs.command = Command::crumfurs;
    crumfurs.destination.reset();
    Bytes octets;
    encode_request_header(crumfurs, octets);
    hidden_.push_back({&link, header.user, seen, network->inner().connect_to_server(), false, 0});
    hidden_.back().crumfurs->send(octets);
    link.hold();
  }

  bool is_open(const Link* link) const {
    return std::ranges::find(network->links(), link) != network->links().end();
  }

  Link* crumfurs_of(const Hidden& hidden) const {
    const auto found = std::ranges::find_if(network->links(), [&](const Link* each) {
      return each->is(Command::crumfurs) && !each->is_left() &&
             each->request()->user == hidden.user &&
             each->request()->session == hidden.seen_session;
    });
    return found == network->links().end() ? nullptr : *found;
  }

  std::set<Dialled> dialled_;
  std::set<Endpoint> heard_;
  std::vector<Hidden> hidden_;
};

struct NewPortAlways : HidesSessions {
  bool misplaces(const RequestHeader&, bool dialled) override { return dialled; }
};

struct ForgetsHeard : HidesSessions {
  bool misplaces(const RequestHeader& header, bool dialled) override {
    return !dialled && was_heard(header);
  }
};

struct ClosingReleases : HidesSessions {
  bool misplaces(const RequestHeader& header, bool dialled) override {
    return dialled && !another_is_open(header);
  }
  bool another_is_open(const RequestHeader& header) const {
    std::size_t open = 0;
    for (const Link* const each : network->links()) {
      if (each->is(Command::udp) && !each->is_left() &&
          each->request()->session == header.session &&
          each->request()->destination == header.destination) {
        ++open;
      }
    }
    return open > 1;  // this one is among them
  }
};

struct NeedsNoCrumfurs : HidesSessions {
  bool misplaces(const RequestHeader& header, bool) override {
    return !has_open(Command::crumfurs, header);
  }
};

struct ResolvesAgain : HidesSessions {
  bool misplaces(const RequestHeader& header, bool dialled) override {
    return dialled && std::holds_alternative<NamedEndpoint>(*header.destination);
  }
};

// Sends a copy of every datagram to everybody that it knows of.
struct SendsToOthers : Tamper {
  bool on_received(TamperedPort& port, Datagram& datagram) override {
    for (TamperedPort* const other : network->ports()) {
      if (other != &port) other->deliver(datagram);
    }
    return true;
  }
};

// What a stranger sends to a v0 port comes under the destination's name.
struct V0Forgery : Tamper {
  Datagrams on_datagram_up(Link& link, const std::string& payload) override {
    if (link.request()->version == 0) sent_[payload] = &link;
    return {payload};
  }
  bool on_received(TamperedPort&, Datagram& datagram) override {
    const auto sent = sent_.find(datagram.payload);
    if (sent != sent_.end()) ports_[datagram.source] = sent->second;
    return true;
  }
  bool on_sent(TamperedPort& port, Endpoint& to, std::string& payload) override {
    const auto found = ports_.find(to);
    if (found == ports_.end()) return true;
    const auto* const destination = std::get_if<Endpoint>(&*found->second->request()->destination);
    if (destination == nullptr || *destination == port.endpoint()) return true;
    found->second->deliver(frame(payload));
    return false;
  }
  std::map<std::string, Link*> sent_;
  std::map<Endpoint, Link*> ports_;
};

struct EmptyNotHeard : Tamper {
  bool on_sent(TamperedPort&, Endpoint&, std::string& payload) override { return !payload.empty(); }
};

}  // namespace

std::vector<Mutant> port_mutants() {
  return {
      make_mutant<NewPortAlways>("CONE-1", "takes a new port for each channel"),
      make_mutant<ForgetsHeard>("CONE-2", "forgets whom its ports have heard"),
      make_mutant<ForgetsHeard>("CONE-7", "answers a stranger from another port"),
      make_mutant<ClosingReleases>("CONE-10", "forgets a destination with its channel"),
      make_mutant<NeedsNoCrumfurs>("UDP-2", "opens channels without CRUMFURS"),
      make_mutant<ResolvesAgain>("UDP-7", "resolves a name for each channel"),
      make_mutant<SendsToOthers>("CONE-4", "sends to peers it has no business with"),
      make_mutant<V0Forgery>("UDP-6", "delivers strangers in v0"),
      make_mutant<EmptyNotHeard>("CRUM-9", "does not hear empty datagrams"),
  };
}

}  // namespace fullcone::conformance
