// What a subject's NAT type means, drawn: two of an endpoint's destinations and the external ports
// that they see (mapping), and who of four may write back to one of these (filtering). Inline SVG.
#pragma once

#include <string>

#include "conformance/nat_type.hpp"

namespace fullcone::conformance {

std::string nat_picture(const NatType& type);
// What RFC 3489 called it, which people still say: "full cone", "symmetric"; of the mixtures that
// it had no word for, RFC 4787's.
std::string nat_name(const NatType& type);

}  // namespace fullcone::conformance
