// The simulated subjects that stand between an inside and an outside: a NAT of any behaviour, and
// our own client and server seen only through SOCKS5. A fresh one for each case.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "conformance/simulated/simulated_network.hpp"
#include "conformance/simulated/simulated_testbed.hpp"

namespace fullcone::conformance {

class SimulatedNatTestbed : public Testbed {
 public:
  using NatSubject = SimulatedNetwork::NatSubject;
  // `expected`: what is asserted of it.
  explicit SimulatedNatTestbed(const NatSubject& nat, const NatBehaviour& expected = {});
  explicit SimulatedNatTestbed(MappingPolicy mapping, const NatBehaviour& expected = {});

  Side side() const override { return Side::nat; }
  bool is_simulated() const override { return true; }
  std::string subject() const override { return name_; }
  const SubjectFacts& facts() const override { return facts_; }
  Network& begin(std::uint64_t seed) override;
  std::unique_ptr<Testbed> another() override;

 private:
  using MakeNetwork = std::function<std::unique_ptr<Network>(std::uint64_t seed)>;
  SimulatedNatTestbed(std::string name, MakeNetwork make_network, const SubjectFacts& facts);

  std::string name_;
  MakeNetwork make_network_;
  SubjectFacts facts_;
  std::unique_ptr<Network> network_;
};

// The simulator's NAT that behaves so; what is not said is as RFC 4787 wants it. Its ports are few
// enough for a case to use them up.
SimulatedNetwork::NatSubject nat_subject(const NatBehaviour& behaviour = {});

}  // namespace fullcone::conformance
