// Servers that misunderstand how connections end, or what may be said on them.
#include <utility>

#include "conformance/mutants/link.hpp"
#include "conformance/mutants/mutant.hpp"
#include "conformance/mutants/tampered_network.hpp"

namespace fullcone::conformance {
namespace {

struct HalfCloseKills : Tamper {
  Ending on_ending(Link& link, Ending how) override {
    return how == Ending::end && link.is(Command::tcp) ? Ending::close : how;
  }
};

struct CutIsNoticedLate : Tamper {
  Ending on_ending(Link& link, Ending how) override {
    return how == Ending::cut && link.is(Command::tcp) ? Ending::nothing : how;
  }
};

struct FailedTargetStaysOpen : Tamper {
  Stream::State seen_state(const Link& link, Stream::State state) const override {
    const bool hides = link.is(Command::tcp) && link.received().empty();
    return hides && state != Stream::State::opening ? Stream::State::open : state;
  }
};

struct CutEndsSession : Tamper {
  Ending on_ending(Link& link, Ending how) override {
    return how == Ending::cut && link.is(Command::crumfurs) ? Ending::close : how;
  }
};

struct CleanCloseIsCut : Tamper {
  Ending on_ending(Link& link, Ending how) override {
    return how != Ending::cut && link.is(Command::crumfurs) ? Ending::cut : how;
  }
};

struct ClosingChannelIsIgnored : Tamper {
  Ending on_ending(Link& link, Ending how) override {
    return link.is(Command::udp) ? Ending::nothing : how;
  }
};

struct CrumfursTakesOctets : Tamper {
  void on_octets_up(Link& link, Bytes& octets) override {
    if (link.is(Command::crumfurs)) octets.clear();
  }
};

// A second CRUMFURS is answered, but the first stays the one in use.
struct CrumfursNotReplaced : Tamper {
  bool reads_requests() const override { return true; }
  bool on_request(Link& link, RequestHeader& header) override {
    if (header.command != Command::crumfurs) return true;
    for (const Link* const each : network->links()) {
      if (each != &link && each->is(Command::crumfurs) && !each->is_left() &&
          each->request()->session == header.session) {
        link.deliver(Bytes{kEstablished});
        return false;
      }
    }
    return true;
  }
};

// The replaced channel is dropped, not closed.
struct CrumfursReplacedRudely : Tamper {
  Stream::State seen_state(const Link& link, Stream::State state) const override {
    return link.is(Command::crumfurs) && state == Stream::State::ended ? Stream::State::lost
                                                                       : state;
  }
};

struct NeverNoticesDeadLinks : Tamper {
  bool falls_silent() const override { return false; }
};

}  // namespace

std::vector<Mutant> ending_mutants() {
  return {
      make_mutant<HalfCloseKills>("TCP-2", "ends both directions with one"),
      make_mutant<CutIsNoticedLate>("TCP-2", "does not pass a cut on"),
      make_mutant<FailedTargetStaysOpen>("TCP-3", "leaves a failed target's client waiting"),
      make_mutant<CutEndsSession>("CRUM-8", "takes a cut for a close"),
      make_mutant<CleanCloseIsCut>("CRUM-8", "takes a close for a cut"),
      make_mutant<ClosingChannelIsIgnored>("CONE-10", "does not notice that a channel was closed"),
      make_mutant<CrumfursTakesOctets>("CRUM-6", "ignores octets on CRUMFURS"),
      make_mutant<CrumfursNotReplaced>("CRUM-7", "stays with the first CRUMFURS"),
      make_mutant<CrumfursReplacedRudely>("CRUM-7", "closes the replaced CRUMFURS uncleanly"),
      simulated_only(make_mutant<NeverNoticesDeadLinks>("CRUM-11", "never notices a dead link")),
      simulated_only(make_mutant<NeverNoticesDeadLinks>(
          "CRUM-11", "a client that never notices a dead link", Side::client)),
  };
}

}  // namespace fullcone::conformance
