#include "conformance/run.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/overloaded.hpp"
#include "conformance/bed/loss.hpp"

namespace fullcone::conformance {
namespace {

// Where something did not arrive and a real network may have lost it, a case is tried this often;
// on a path that is known to lose, as often as it takes, up to the most that one would wait for.
constexpr int kAttempts = 3;
constexpr int kMostAttempts = 60;
constexpr int kMostSimulatedAttempts = 5000;
constexpr int kCalibrations = 3;
constexpr int kCalibrationsOnceHeard = 20;

std::uint64_t seed_of(const Case& judged, std::uint64_t seed, int attempt) {
  std::uint64_t mixed = seed + static_cast<std::uint64_t>(attempt);
  for (const char c : judged.id) mixed = mixed * 1099511628211u ^ static_cast<unsigned char>(c);
  return mixed;
}

std::unique_ptr<Bed> make_bed(Side side, Network& network, const SubjectFacts& facts, Pace& pace,
                              std::uint64_t seed) {
  switch (side) {
    case Side::server:
      return std::make_unique<ServerBed>(network, facts, pace, seed);
    case Side::client:
      return std::make_unique<ClientBed>(network, facts, pace, seed);
    case Side::nat:
      break;
  }
  return std::make_unique<NatBed>(network, facts, pace, seed);
}

void run_body(const Case& judged, Bed& bed) {
  std::visit(Overloaded{[&](void (*body)(ServerBed&)) { body(dynamic_cast<ServerBed&>(bed)); },
                        [&](void (*body)(ClientBed&)) { body(dynamic_cast<ClientBed&>(bed)); },
                        [&](void (*body)(NatBed&)) { body(dynamic_cast<NatBed&>(bed)); }},
             judged.body);
  bed.tear_down();
  bed.expect_service();
}

struct Attempt {
  Verdict verdict = Verdict::pass;
  Evidence evidence;
  bool missing = false;
};

Attempt judge(const Case& judged, Bed& bed) {
  try {
    run_body(judged, bed);
    return {Verdict::pass, {{}, {}, {}, bed.journal()}, false};
  } catch (const Unmet& unmet) {
    return {Verdict::fail, {unmet.expected, unmet.seen, unmet.where, bed.journal()}, unmet.missing};
  } catch (const Unjudged& unjudged) {
    return {unjudged.verdict, {{}, unjudged.reason, {}, bed.journal()}, false};
  } catch (const std::exception& fault) {
    return {Verdict::fail,
            {{}, std::string("the suite failed: ") + fault.what(), {}, bed.journal()},
            false};
  }
}

Attempt attempt(const Case& judged, Testbed& testbed, Pace& pace, std::uint64_t seed,
                Wiretap* wiretap, CaseResult& result) {
  Network& network = testbed.begin(seed);
  network.tap(wiretap);
  const TimePoint begun = network.now();
  const auto bed = make_bed(testbed.side(), network, testbed.facts(), pace, seed);
  Attempt made = judge(judged, *bed);
  result.took = network.now() - begun;
  try {
    bed->tear_down();
  } catch (const std::exception&) {  // the verdict stands
  } catch (const Unjudged&) {
  }
  network.tap(nullptr);
  std::string why;
  if (made.verdict == Verdict::fail && !network.subject_lives(why)) {
    result.subject_gone = true;
    made.evidence.seen += "; the subject is gone: " + why;
  }
  return made;
}

// The other profiles of a NAT exclude each other.
bool is_for_every_nat(const Case& each) {
  return each.traits.profile == "rfc4787" || each.traits.profile == "socks5";
}

std::string_view out_of_place(const Case& judged, const Testbed& testbed) {
  if (judged.side() == Side::client && judged.traits.mode != testbed.facts().mode) {
    return "it is for a client of another --mode";
  }
  return testbed.is_simulated() ? judged.traits.live_only : judged.traits.simulated_only;
}

// How often a case has to fail before its subject has failed it.
int attempts_needed(const Attempt& failed, const Testbed& testbed, const Pace& pace) {
  if (pace.loss > 0) {
    const auto may_be_lost =
        std::ranges::count(failed.evidence.journal, false, &JournalEntry::of_stream);
    return attempts_through(pace.loss, static_cast<std::size_t>(may_be_lost));
  }
  return failed.missing && testbed.may_lose() ? kAttempts : 1;
}

// What the path through a NAT loses towards the inside. Looked for where something is missing only:
// probes are several datagrams each, and need not know.
double nat_loss(Testbed& testbed, Pace pace, std::uint64_t seed) {
  NatBed bed(testbed.begin(seed), testbed.facts(), pace, seed);
  try {
    const Mapping mapping = bed.open_mapping();
    Party inside = mapping.internal;
    inside.send_marker = [&] {
      const std::string payload = bed.unique("marker");
      mapping.remote.send_to(mapping.external, payload);
      return describe(Datagram{mapping.remote.endpoint(), payload});
    };
    const double loss = measure_loss(bed, inside);
    bed.tear_down();
    return loss;
  } catch (const Unmet&) {  // it does not even carry that: there is nothing to excuse
  } catch (const Unjudged&) {
  }
  return 0;
}

}  // namespace

std::vector<const Case*> selected_cases(Side side, const RunOptions& options,
                                        std::optional<ClientMode> mode) {
  const auto fits = [&](const Case& each) {
    return side != Side::client || !mode || each.traits.mode == *mode;
  };
  const auto in_profile = [&](const Case& each) {
    if (options.profiles.empty()) {
      return side != Side::nat || !options.selection.only.empty() || is_for_every_nat(each);
    }
    return std::ranges::find(options.profiles, each.traits.profile) != options.profiles.end();
  };
  std::vector<const Case*> selected;
  for (const Case& each : all_cases()) {
    if (each.side() == side && fits(each) && in_profile(each) && options.selection.picks(each.id)) {
      selected.push_back(&each);
    }
  }
  return selected;
}

CaseResult run_case(const Case& judged, Testbed& testbed, Pace& pace, std::uint64_t seed,
                    Wiretap* wiretap) {
  CaseResult result{&judged, Verdict::pass, {}, {}, false};
  if (const auto why = out_of_place(judged, testbed); !why.empty()) {
    result.verdict = Verdict::skipped;
    result.evidence.seen = why;
    return result;
  }
  const Attempt first = attempt(judged, testbed, pace, seed_of(judged, seed, 0), wiretap, result);
  result.verdict = first.verdict;
  result.evidence = first.evidence;
  if (first.verdict != Verdict::fail) return result;
  if (first.missing && testbed.side() == Side::nat && testbed.may_lose() && !result.subject_gone) {
    pace.loss = std::max(pace.loss, nat_loss(testbed, pace, seed));
  }
  int needed = attempts_needed(first, testbed, pace);
  const int allowed = testbed.is_simulated() ? kMostSimulatedAttempts : kMostAttempts;
  for (int made = 1; made < needed && needed <= allowed && !result.subject_gone; ++made) {
    const auto again = attempt(judged, testbed, pace, seed_of(judged, seed, made), wiretap, result);
    if (again.verdict == Verdict::pass) {
      result.verdict = Verdict::inconclusive;
      result.evidence.seen += "; attempt " + std::to_string(made + 1) + " passed";
      return result;
    }
    if (again.verdict != Verdict::fail) {  // what failed before was loss; this cannot be judged
      result.verdict = again.verdict;
      result.evidence = again.evidence;
      return result;
    }
    // One that got further shows how many datagrams have to get through.
    needed = std::max(needed, attempts_needed(again, testbed, pace));
  }
  if (needed > allowed && !result.subject_gone) {
    result.verdict = Verdict::inconclusive;
    result.evidence.seen +=
        "; the path loses too much to tell in " + std::to_string(allowed) + " attempts";
  }
  return result;
}

Pace calibrated(Testbed& testbed, const RunOptions& options) {
  Pace pace = options.pace;
  const auto tries = [&] { return pace.round_trip > 0ms ? kCalibrationsOnceHeard : kCalibrations; };
  for (int i = 0; i < tries(); ++i) {
    const std::uint64_t seed = options.seed + static_cast<std::uint64_t>(i);
    Network& network = testbed.begin(seed);
    const auto bed = make_bed(testbed.side(), network, testbed.facts(), pace, seed);
    try {
      bed->calibrate(testbed.may_lose());
      bed->tear_down();
      return pace;
    } catch (const Unmet& unmet) {
      std::string why;
      if (!network.subject_lives(why)) throw SubjectGone{why};
      if (!unmet.missing) break;
    } catch (const Unjudged&) {  // stopped: no case will run
      return pace;
    }
  }
  // The cases will say what is wrong; silence is then judged slowly.
  pace.round_trip = std::max<Duration>(pace.round_trip, 100ms);
  return pace;
}

}  // namespace fullcone::conformance
