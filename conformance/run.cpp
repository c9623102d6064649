#include "conformance/run.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/overloaded.hpp"

namespace fullcone::conformance {
namespace {

// Where something did not arrive and the network may lose, a case is tried this often.
constexpr int kAttempts = 3;

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
                CaseResult& result) {
  Network& network = testbed.begin(seed);
  const TimePoint begun = network.now();
  const auto bed = make_bed(testbed.side(), network, testbed.facts(), pace, seed);
  Attempt made = judge(judged, *bed);
  result.took = network.now() - begun;
  try {
    bed->tear_down();
  } catch (const std::exception&) {  // the verdict stands
  } catch (const Unjudged&) {
  }
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
  return testbed.is_simulated() ? judged.traits.live_only : judged.traits.simulated_only;
}

}  // namespace

std::vector<const Case*> selected_cases(Side side, const RunOptions& options) {
  const auto in_profile = [&](const Case& each) {
    if (options.profiles.empty()) {
      return side != Side::nat || !options.selection.only.empty() || is_for_every_nat(each);
    }
    return std::ranges::find(options.profiles, each.traits.profile) != options.profiles.end();
  };
  std::vector<const Case*> selected;
  for (const Case& each : all_cases()) {
    if (each.side() == side && in_profile(each) && options.selection.picks(each.id)) {
      selected.push_back(&each);
    }
  }
  return selected;
}

CaseResult run_case(const Case& judged, Testbed& testbed, Pace& pace, std::uint64_t seed) {
  CaseResult result{&judged, Verdict::pass, {}, {}, false};
  if (const auto why = out_of_place(judged, testbed); !why.empty()) {
    result.verdict = Verdict::skipped;
    result.evidence.seen = why;
    return result;
  }
  Attempt first = attempt(judged, testbed, pace, seed_of(judged, seed, 0), result);
  int came = 0;
  for (int i = 1; first.missing && !testbed.is_simulated() && !result.subject_gone && i < kAttempts;
       ++i) {
    const auto again = attempt(judged, testbed, pace, seed_of(judged, seed, i), result);
    if (again.verdict == Verdict::pass) ++came;
  }
  result.verdict = came == 0 ? first.verdict : Verdict::inconclusive;
  result.evidence = std::move(first.evidence);
  if (came != 0) {
    result.evidence.seen +=
        "; " + std::to_string(came) + " of " + std::to_string(kAttempts) + " attempts passed";
  }
  return result;
}

Pace calibrated(Testbed& testbed, const RunOptions& options) {
  Pace pace = options.pace;
  Network& network = testbed.begin(options.seed);
  const auto bed = make_bed(testbed.side(), network, testbed.facts(), pace, options.seed);
  try {
    bed->calibrate();
    bed->tear_down();
  } catch (const Unmet&) {  // the cases will say what is wrong; silence is then judged slowly
    pace.round_trip = 100ms;
    std::string why;
    if (!network.subject_lives(why)) throw SubjectGone{why};
  } catch (const Unjudged&) {  // stopped: no case will run
  }
  return pace;
}

}  // namespace fullcone::conformance
