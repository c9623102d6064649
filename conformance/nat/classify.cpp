#include "conformance/nat/classify.hpp"

#include "conformance/nat/observe.hpp"

namespace fullcone::conformance {
Classification classify(Testbed& testbed, Pace& pace, std::uint64_t seed) {
  Classification result;
  const auto see = [&](const char* name, auto& property, auto&& observe) {
    ++seed;
    NatBed bed(testbed.begin(seed), testbed.facts(), pace, seed);
    try {
      property = observe(bed);
    } catch (const Unjudged& unjudged) {
      result.unseen.push_back(std::string(name) + ": " + unjudged.reason);
    } catch (const Unmet& unmet) {
      result.unseen.push_back(std::string(name) + ": " + unmet.seen);
    }
    bed.tear_down();
  };
  NatBehaviour& seen = result.seen;
  see("filtering", seen.filtering, observe_filtering);
  see("mapping", seen.mapping, observe_mapping);
  see("hairpin", seen.hairpinning, observe_hairpinning);
  see("ports", seen.ports, observe_ports);
  see("parity", seen.parity, observe_parity);
  see("pooling", seen.pooling, observe_pooling);
  see("lifetime", seen.lifetime, observe_lifetime);
  return result;
}

}  // namespace fullcone::conformance
