#include "simulator/unruly_requests.hpp"

#include <algorithm>

namespace fullcone::sim {
namespace {

constexpr std::uint8_t kSession = 1;
constexpr std::uint8_t kMapping = 2;
constexpr std::uint8_t kNobodys = 0x7f;  // a type that is skipped

void add(Bytes& addons, std::uint8_t type, std::size_t length, std::uint8_t last) {
  addons.push_back(type);
  addons.push_back(static_cast<std::uint8_t>(length));
  addons.insert(addons.end(), length, 0);
  if (length != 0) addons.back() = last;
}

Bytes addons_of(const RequestPlan& plan, Random& random) {
  Bytes addons;
  if (random.chance(0.1)) add(addons, kNobodys, random.below(20), 1);
  if (plan.session != 0 && random.chance(0.1)) add(addons, kSession, 16, 0x33);  // the last counts
  if (plan.session != 0) add(addons, kSession, 16, plan.session);
  if (plan.mapping != 0) add(addons, kMapping, 1, plan.mapping);
  if (plan.command != 4 && random.chance(0.1)) add(addons, kMapping, 1, 7);  // not looked at
  return addons;
}

Bytes assembled(const RequestPlan& plan, const Bytes& addons) {
  Bytes octets{plan.version};
  append(octets, plan.user.octets);
  octets.push_back(static_cast<std::uint8_t>(addons.size()));
  append(octets, addons);
  octets.push_back(plan.command);
  if (plan.command <= 2) encode_vless_address(plan.destination, octets);
  return octets;
}

}  // namespace

Bytes lawful_request(const RequestPlan& plan, Random& random) {
  return assembled(plan, addons_of(plan, random));
}

Bytes odd_request(const RequestPlan& plan, Random& random) {
  RequestPlan odd = plan;
  Bytes addons = addons_of(plan, random);
  switch (random.below(8)) {
    case 0:
      odd.version = static_cast<std::uint8_t>(random.between(2, 255));
      break;
    case 1:
      addons.push_back(kNobodys);  // a lone type
      break;
    case 2:
      addons.insert(addons.end(), {kNobodys, 1});  // overruns by one
      break;
    case 3:
      add(addons, kSession, random.chance(0.5) ? 15 : 17, 1);
      break;
    case 4:
      add(addons, kMapping, 1, 2);  // refused on CRUMFURS alone
      break;
    case 5:
      odd.version = 0;
      odd.command = static_cast<std::uint8_t>(random.between(3, 5));
      break;
    case 6:
      odd.command = random.chance(0.5) ? 0 : 5;
      break;
    default: {
      odd.command = static_cast<std::uint8_t>(random.between(1, 2));
      Bytes octets = assembled(odd, addons);
      Bytes address{0, 80, static_cast<std::uint8_t>(random.chance(0.5) ? 2 : 4), 0, 0, 0, 0};
      octets.resize(1 + 16 + 1 + addons.size() + 1);
      append(octets, address);  // a name of no length, or no such type
      return octets;
    }
  }
  return assembled(odd, addons);
}

}  // namespace fullcone::sim
