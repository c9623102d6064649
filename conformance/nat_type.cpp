#include "conformance/nat_type.hpp"

namespace fullcone::conformance {

std::string_view to_string(Dependence dependence) {
  switch (dependence) {
    case Dependence::endpoint_independent:
      return "endpoint-independent";
    case Dependence::address_dependent:
      return "address-dependent";
    case Dependence::address_and_port_dependent:
      return "address-and-port-dependent";
  }
  return "?";
}

}  // namespace fullcone::conformance
