#include "simulator/life/draw_nat.hpp"

namespace fullcone::sim {

NatBehaviour draw_nat(Random& random) {
  const auto one_of = [&random](auto last) {
    return static_cast<decltype(last)>(random.below(static_cast<std::uint64_t>(last) + 1));
  };
  NatBehaviour nat;
  nat.mapping = one_of(Dependence::address_and_port_dependent);
  nat.filtering = one_of(Dependence::address_and_port_dependent);
  nat.ports = one_of(PortAssignment::random);
  nat.preserves_parity = random.chance(0.5);
  nat.hairpinning = one_of(Hairpinning::internal_source);
  nat.pooling = one_of(Pooling::arbitrary);
  if (random.chance(0.3)) nat.idle = 30s;
  nat.inbound_refresh = random.chance(0.3);
  if (random.chance(0.1)) nat.last_port = static_cast<std::uint16_t>(nat.first_port + 3);
  return nat;
}

}  // namespace fullcone::sim
