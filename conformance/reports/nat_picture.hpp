// What a subject's NAT type means, drawn: the external ports that three destinations see (mapping),
// and who of them may answer to one of these when only the first was written to (filtering).
// Inline SVG; page.css has its colours.
#pragma once

#include <string>

#include "conformance/nat_type.hpp"

namespace fullcone::conformance {

std::string nat_picture(const NatType& type);
// What RFC 3489 called it, which people still say: "full cone", "symmetric"; of the mixtures that
// it had no word for, RFC 4787's.
std::string nat_name(const NatType& type);

}  // namespace fullcone::conformance
