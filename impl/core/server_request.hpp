// A whole, authenticated request on its way to a role. Only the server's own files include this.
#pragma once

#include "core/server.hpp"

namespace fullcone {

struct Server::Request {
  ConnectionId connection;
  RequestHeader header;
  Bytes early;  // octets of the client behind the header
  TimePoint now;
};

}  // namespace fullcone
