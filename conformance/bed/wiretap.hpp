// Told what passes between the suite and a subject, as it passes. Testbeds tell; capture/ writes.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/time.hpp"

namespace fullcone::conformance {

struct Passed {
  enum class Kind : std::uint8_t {
    datagram,
    connected,  // by `from`
    octets,     // of a connection
    ended,      // `from` sends no more, and says so
    reset,      // by `from`
  };

  TimePoint at;
  Kind kind{};
  Endpoint from;
  Endpoint to;
  ByteView octets = {};  // valid during the call
};

class Wiretap {
 public:
  virtual ~Wiretap() = default;
  // What is meant: of a TLS connection its plaintext.
  virtual void decrypted(const Passed& passed) = 0;
  // The same as it went over the network; virtual networks have nothing to tell.
  virtual void captured(const Passed& passed) = 0;
  // A line of the TLS key log (SSLKEYLOGFILE).
  virtual void key(std::string_view line) = 0;
};

}  // namespace fullcone::conformance
