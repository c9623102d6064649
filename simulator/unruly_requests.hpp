// Request headers that nobody has tested, octet by octet: addons known and unknown, doubled, empty,
// too long and too short by one; commands, address types and lengths at and beyond their bounds.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/uuid.hpp"
#include "wire/address.hpp"

namespace fullcone::sim {

struct RequestPlan {
  std::uint8_t version = 1;
  Uuid user;
  std::uint8_t session = 0;  // the last octet of a session id; 0: no SESSION
  std::uint8_t mapping = 0;  // 0: no MAPPING
  std::uint8_t command = 1;
  Destination destination;  // of TCP and UDP
};

// The octets of the request, with addons that change nothing now and then.
Bytes lawful_request(const RequestPlan& plan, Random& random);
// The same with one thing wrong that a server must refuse, or must not mind.
Bytes odd_request(const RequestPlan& plan, Random& random);

}  // namespace fullcone::sim
