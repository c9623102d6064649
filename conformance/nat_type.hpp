// How a subject treats UDP, as far as a run has found out, in RFC 4787's words.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fullcone::conformance {

// Of mapping (section 4.1): what else than the internal endpoint decides the external port. Of
// filtering (section 5): what the internal endpoint must have sent to before a source gets in.
enum class Dependence : std::uint8_t {
  endpoint_independent,        // nothing
  address_dependent,           // the remote address
  address_and_port_dependent,  // the remote address and port
};

// "endpoint-independent"
std::string_view to_string(Dependence dependence);

struct NatType {
  Dependence mapping = Dependence::endpoint_independent;
  Dependence filtering = Dependence::endpoint_independent;
  std::optional<bool> hairpinning;  // nullopt: not tried
};

}  // namespace fullcone::conformance
