// The live subjects: a server somewhere, spoken to on the wire, and a client that the suite starts
// and serves.
#pragma once

#include <memory>
#include <string>

#include "conformance/testbed.hpp"

namespace fullcone::conformance {

struct ServerTarget {
  Endpoint address;
  std::string ca_file;
  std::string server_name;  // empty: the certificate's name is not looked at
};
// Throws std::runtime_error when the CA file cannot be used.
std::unique_ptr<Testbed> live_server_testbed(const ServerTarget& target, const SubjectFacts& facts,
                                             std::uint64_t seed);

// A command line with {server}, {uuid}, {ca} and {socks} to be filled in.
struct ClientTarget {
  std::string launch;
};
std::unique_ptr<Testbed> live_client_testbed(const ClientTarget& target, const SubjectFacts& facts,
                                             std::uint64_t seed);

}  // namespace fullcone::conformance
