// How a NAT behaves towards UDP, in RFC 4787's words. The defaults are what the RFC requires or
// recommends; anything else is a NAT that exists and that an app has to live with.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace fullcone::sim {

using namespace std::chrono_literals;

// Of mapping (section 4.1): what else than the internal endpoint decides the external port. Of
// filtering (section 5): what the internal endpoint must have sent to before a source gets in.
enum class Dependence : std::uint8_t {
  endpoint_independent,        // nothing
  address_dependent,           // the remote address
  address_and_port_dependent,  // the remote address and port
};

// Section 4.2: which external port a new mapping takes.
enum class PortAssignment : std::uint8_t {
  preservation,  // the internal port if it is free, else another (REQ-3a, b)
  overloading,   // the internal port, whoever has it already (what REQ-3 forbids)
  sequential,    // the next free one
  random,
};

// Section 6: what becomes of a datagram from inside to one of the NAT's own external endpoints.
enum class Hairpinning : std::uint8_t {
  none,
  external_source,  // it arrives from the sender's external endpoint (REQ-9a)
  internal_source,  // it arrives from the sender's internal endpoint
};

// Section 4.1, with several external addresses: whether one internal address keeps to one of them.
enum class Pooling : std::uint8_t { paired, arbitrary };

struct NatBehaviour {
  Dependence mapping = Dependence::endpoint_independent;    // REQ-1
  Dependence filtering = Dependence::endpoint_independent;  // REQ-8
  PortAssignment ports = PortAssignment::preservation;
  bool preserves_parity = false;                           // REQ-4: RECOMMENDED
  Hairpinning hairpinning = Hairpinning::external_source;  // REQ-9
  Pooling pooling = Pooling::paired;                       // REQ-2
  Duration idle = 300s;          // REQ-5: at least 120 s, 300 s RECOMMENDED
  bool outbound_refresh = true;  // REQ-6
  bool inbound_refresh = false;  // REQ-6a: MAY
  std::uint16_t first_port = 1024;
  std::uint16_t last_port = 65535;
};

// "EIM", "ADM" or "APDM"; "EIF", "ADF" or "APDF".
std::string mapping_name(Dependence mapping);
std::string filtering_name(Dependence filtering);

}  // namespace fullcone::sim
