// The endpoints at which a listener can be reached on this machine: its address, or, when it
// listens on the any-address, each address of the machine.
#pragma once

#include <vector>

#include "base/endpoint.hpp"

namespace fullcone {

std::vector<Endpoint> own_endpoints(const Endpoint& listening);

}  // namespace fullcone
