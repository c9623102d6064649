#include "conformance/mutants/mutant.hpp"

#include <utility>

#include "base/random.hpp"
#include "conformance/mutants/tampered_network.hpp"
#include "conformance/mutants/tampered_testbed.hpp"
#include "conformance/simulated/simulated_nat_testbed.hpp"

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

// Answers every first octets with noise.
class Babbler : public Mute {
 public:
  void on_first_octets(Link& link, Bytes& octets) override {
    Bytes noise(octets.size() + 1);
    for (auto& octet : noise) octet = static_cast<std::uint8_t>(random_.below(256));
    link.deliver(noise);
    octets.clear();
  }

 private:
  Random random_{0x6e6f697365};
};

// Answers everybody with what they said.
class Parrot : public Mute {
 public:
  void on_first_octets(Link& link, Bytes& octets) override {
    link.deliver(octets);
    octets.clear();
  }
  bool app_hears() const override { return true; }
  bool on_sent(TamperedPort& port, Endpoint& to, std::string& payload) override {
    port.deliver({to, payload});
    return false;
  }
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

// What is expected of it is what it is.
std::unique_ptr<SimulatedNatTestbed> honest_nat(const Mutant& mutant) {
  if (mutant.pair) return std::make_unique<SimulatedNatTestbed>(*mutant.pair);
  SimulatedNetwork::NatSubject nat = nat_subject();
  nat.behaviour.inbound_refresh = true;
  if (mutant.change) mutant.change(nat);
  return std::make_unique<SimulatedNatTestbed>(
      nat, parse_behaviour("mapping=EIM,filtering=EIF,hairpin=yes,ports=preservation,parity=yes,"
                           "pooling=one-address,lifetime>=300s"));
}

}  // namespace

std::vector<Mutant> all_mutants() {
  std::vector<Mutant> all;
  for (auto group :
       {request_mutants(), delivery_mutants(), port_mutants(), ending_mutants(), client_mutants(),
        mux_client_mutants(), mux_association_mutants(), mux_credit_mutants(), mux_frame_mutants(),
        setting_mutants(), nat_setting_mutants(), nat_mutants(), proxy_mutants()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

Mutant mute_subject(Side side) { return make_mutant<Mute>("", "mute", side); }

Mutant babbling_subject(Side side) { return make_mutant<Babbler>("", "babbles", side); }

Mutant echoing_subject(Side side) { return make_mutant<Parrot>("", "echoes", side); }

Mutant yes_saying_subject(Side side) { return make_mutant<YesSayer>("", "says yes", side); }

std::unique_ptr<Testbed> mutant_testbed(const Mutant& mutant, const sim::LinkSettings& link) {
  std::unique_ptr<Testbed> testbed;
  if (mutant.side == Side::nat) {
    testbed = honest_nat(mutant);
  } else {
    auto simulated = std::make_unique<SimulatedTestbed>(mutant.side, mutant.mode);
    simulated->tune(mutant.tune);
    simulated->set_link(link);
    testbed = std::move(simulated);
  }
  if (!mutant.make_tamper) return testbed;
  return std::make_unique<TamperedTestbed>(std::move(testbed), mutant.make_tamper);
}

}  // namespace fullcone::conformance
