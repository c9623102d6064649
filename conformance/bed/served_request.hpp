// One request that the client under test has made of the suite's server, and its connection. A
// handle: copies are the same request.
#pragma once

#include <string>
#include <string_view>

#include "conformance/bed/connection.hpp"
#include "wire/request_header.hpp"

namespace fullcone::conformance {

class ServedRequest {
 public:
  // `octets` are the header's, off the connection already.
  ServedRequest(Connection connection, RequestHeader header, Bytes octets)
      : connection_(std::move(connection)),
        header_(std::move(header)),
        octets_(std::move(octets)) {}

  const RequestHeader& header() const { return header_; }
  const Bytes& octets() const { return octets_; }
  const Connection& connection() const { return connection_; }

  // ----- as CRUMFURS
  void establish() const { connection_.send(Bytes{0x14}); }
  void send_umfurs(const Endpoint& source, std::string_view payload) const;

  // ----- as an isolated channel
  void send_datagram(std::string_view payload) const;
  // The client's next datagram; ends the case when none comes.
  std::string receive_datagram() const;

  operator Party() const { return connection_; }

 private:
  Connection connection_;
  RequestHeader header_;
  Bytes octets_;
};

// length 2 | atyp 1 | ip 4 or 16 | port 2 | payload
Bytes umfurs_message(const Endpoint& source, std::string_view payload);

}  // namespace fullcone::conformance
