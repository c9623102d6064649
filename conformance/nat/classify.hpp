// What a subject is in RFC 4787's words, seen once before it is judged.
#pragma once

#include <cstdint>

#include "conformance/nat/behaviour.hpp"
#include "conformance/testbed.hpp"

namespace fullcone::conformance {

// Each property on a network of its own.
Classification classify(Testbed& testbed, Pace& pace, std::uint64_t seed);

}  // namespace fullcone::conformance
