#include "conformance/mutants/mutant.hpp"

#include <utility>

#include "conformance/mutants/tampered_network.hpp"

namespace fullcone::conformance {
namespace {

// Plays the subject: nothing passes to the honest one behind it, which is let go of in silence.
class Mute : public Tamper {
 public:
  void on_first_octets(Link&, Bytes& octets) override { octets.clear(); }
  Ending on_ending(Link&, Ending) override { return Ending::nothing; }
  Stream::State seen_state(const Link&, Stream::State state) const override {
    return state == Stream::State::opening ? state : Stream::State::open;
  }
  bool app_hears() const override { return false; }
  bool on_sent(TamperedPort&, Endpoint&, std::string&) override { return false; }
  bool on_received(TamperedPort&, Datagram&) override { return false; }
};

class YesSayer : public Mute {
 public:
  void on_first_octets(Link& link, Bytes& octets) override {
    link.deliver(Bytes{kEstablished});
    link.deliver(octets);
    octets.clear();
  }
  bool app_hears() const override { return true; }
  bool on_sent(TamperedPort& port, Endpoint& to, std::string& payload) override {
    port.deliver({to, payload});
    return false;
  }
};

}  // namespace

std::vector<Mutant> all_mutants() {
  std::vector<Mutant> all;
  for (auto group : {request_mutants(), delivery_mutants(), port_mutants(), ending_mutants(),
                     client_mutants(), setting_mutants()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

Mutant mute_subject(Side side) { return make_mutant<Mute>("", "mute", side); }

Mutant yes_saying_subject(Side side) { return make_mutant<YesSayer>("", "says yes", side); }

std::unique_ptr<Testbed> mutant_testbed(const Mutant& mutant) {
  auto testbed = std::make_unique<SimulatedTestbed>(mutant.side);
  testbed->tune(mutant.tune);
  if (!mutant.make_tamper) return testbed;
  const auto make = mutant.make_tamper;
  const SubjectFacts facts = testbed->facts();
  testbed->wrap([make, facts](std::unique_ptr<Network> network) -> std::unique_ptr<Network> {
    return std::make_unique<TamperedNetwork>(std::move(network), make(facts));
  });
  return testbed;
}

}  // namespace fullcone::conformance
