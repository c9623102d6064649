// Servers that misread requests: HDR, AUTH, RSP, and what depends on a request alone.
#include "conformance/mutants/link.hpp"
#include "conformance/mutants/mutant.hpp"
#include "conformance/mutants/tampered_network.hpp"

namespace fullcone::conformance {
namespace {

struct AnyVersion : Tamper {
  void on_first_octets(Link& link, Bytes& octets) override {
    if (!link.request() && !octets.empty() && octets.front() > 1) octets.front() = 1;
  }
};

// Takes no notice of a malformed request: its connection stays open.
struct MalformedStaysOpen : Tamper {
  Stream::State seen_state(const Link& link, Stream::State state) const override {
    return link.request() || state == Stream::State::opening ? state : Stream::State::open;
  }
};

struct NoNames : Tamper {
  bool reads_requests() const override { return true; }
  bool on_request(Link& link, RequestHeader& header) override {
    const bool named =
        header.destination && std::holds_alternative<NamedEndpoint>(*header.destination);
    if (named) link.inner()->cut();
    return !named;
  }
};

struct WholeHeaderAtOnce : Tamper {
  void on_first_octets(Link& link, Bytes& octets) override {
    if (parse_request_header(octets).needs_more()) link.inner()->cut();
  }
};

struct LosesFirstPayload : Tamper {
  bool reads_requests() const override { return true; }
  void on_first_octets(Link&, Bytes& octets) override {
    const auto parsed = parse_request_header(octets);
    if (parsed.parsed()) octets.resize(parsed.consumed());
  }
};

struct UnknownAddonsClose : Tamper {
  void on_first_octets(Link& link, Bytes& octets) override {
    constexpr std::size_t kAddons = 18;
    if (octets.size() > kAddons && octets[0] == 1 && octets[17] != 0 && octets[kAddons] > 2) {
      link.inner()->cut();
    }
  }
};

struct KnowsEverybody : Tamper {
  explicit KnowsEverybody(const SubjectFacts& facts) : facts_(facts) {}
  bool reads_requests() const override { return true; }
  bool on_request(Link&, RequestHeader& header) override {
    if (header.user != *facts_.second_user) header.user = facts_.user;
    return true;
  }
  const SubjectFacts facts_;
};

struct JudgesUsersEarly : Tamper {
  explicit JudgesUsersEarly(const SubjectFacts& facts) : facts_(facts) {}
  void on_first_octets(Link& link, Bytes& octets) override {
    constexpr std::size_t kUserEnds = 17;
    if (octets.size() < kUserEnds || octets[0] > 1) return;
    Uuid user;
    std::copy(octets.begin() + 1, octets.begin() + kUserEnds, user.octets.begin());
    if (user != facts_.user && user != *facts_.second_user) link.inner()->cut();
  }
  const SubjectFacts facts_;
};

struct NoV0Response : Tamper {
  void on_octets_down(Link& link, Bytes& octets) override {
    if (link.request()->version == 0 && octets.size() >= 2 && octets[0] == 0 && octets[1] == 0) {
      octets.erase(octets.begin(), octets.begin() + 2);
    }
  }
};

struct V1Response : Tamper {
  void on_octets_down(Link& link, Bytes& octets) override {
    if (link.request()->version == 1 && !std::exchange(said_, true)) {
      octets.insert(octets.begin(), {0, 0});
    }
  }
  bool said_ = false;
};

struct SessionsShared : Tamper {
  bool reads_requests() const override { return true; }
  bool on_request(Link&, RequestHeader& header) override {
    header.session = {};
    return true;
  }
};

struct UsersShareSessions : Tamper {
  explicit UsersShareSessions(const SubjectFacts& facts) : facts_(facts) {}
  bool reads_requests() const override { return true; }
  bool on_request(Link&, RequestHeader& header) override {
    if (header.user == *facts_.second_user) header.user = facts_.user;
    return true;
  }
  const SubjectFacts facts_;
};

struct OnePortForAll : Tamper {
  bool reads_requests() const override { return true; }
  bool on_request(Link&, RequestHeader& header) override {
    header.mapping = MappingPolicy::endpoint_independent;
    return true;
  }
};

// Waits for a port and an address that a CRUMFURS request does not have.
struct CrumfursNeedsAddress : Tamper {
  bool reads_requests() const override { return true; }
  bool on_request(Link&, RequestHeader& header) override {
    return header.command != Command::crumfurs;
  }
};

struct CrumfursAnswersOther : Tamper {
  void on_answer(Link&, Bytes& answer) override { answer.front() = 0x15; }
};

struct CrumfursAnswersTwice : Tamper {
  void on_answer(Link&, Bytes& answer) override { answer.push_back(answer.front()); }
};

}  // namespace

std::vector<Mutant> request_mutants() {
  return {
      make_mutant<AnyVersion>("HDR-1", "takes any version for 1"),
      make_mutant<UnknownAddonsClose>("HDR-2", "closes on an addon it does not know"),
      make_mutant<MalformedStaysOpen>("HDR-3", "leaves malformed requests open"),
      make_mutant<NoNames>("HDR-4", "refuses domain names"),
      make_mutant<WholeHeaderAtOnce>("HDR-5", "reads a header from one segment only"),
      make_mutant<LosesFirstPayload>("HDR-5", "loses what shares a segment with the header"),
      make_mutant<KnowsEverybody>("AUTH-1", "serves unknown users as the first one"),
      make_mutant<JudgesUsersEarly>("AUTH-1", "closes as soon as a UUID is unknown"),
      make_mutant<NoV0Response>("RSP-0", "sends no v0 response"),
      make_mutant<V1Response>("RSP-1", "sends a response in v1 too"),
      make_mutant<SessionsShared>("CONE-9", "has one session for all of a user's apps"),
      make_mutant<UsersShareSessions>("CONE-9", "does not tell two users' sessions apart"),
      make_mutant<OnePortForAll>("CONE-3", "uses one port for every destination"),
      make_mutant<CrumfursNeedsAddress>("CRUM-1", "waits for an address after CRUMFURS"),
      make_mutant<CrumfursAnswersOther>("CRUM-2", "answers CRUMFURS with 15"),
      make_mutant<CrumfursAnswersTwice>("CRUM-2", "answers CRUMFURS twice"),
  };
}

}  // namespace fullcone::conformance
