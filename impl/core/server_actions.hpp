// The orders that the server core gives its driver, carried out in the order given. Views inside an
// action are valid until the fact that produced it has been dealt with: a driver that cannot write
// at once copies. Orders about a connection end with its Close.
#pragma once

#include <string>
#include <variant>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "core/action_list.hpp"
#include "core/ids.hpp"
#include "wire/datagram_frame.hpp"
#include "wire/request_header.hpp"

namespace fullcone {

namespace server {

// ----- the TLS connection of a client
struct Write {  // head, then payload; report Server::on_written as octets leave the send queue
  ConnectionId connection;
  FrameHead head;
  ByteView payload;
};
struct HalfClose {  // close_notify after what is queued; reading goes on
  ConnectionId connection;
};
struct Close {  // the driver forgets the connection; no further fact about it is wanted
  ConnectionId connection;
  CloseKind kind = CloseKind::clean;
};
struct PauseReading {
  ConnectionId connection;
};
struct ResumeReading {
  ConnectionId connection;
};
// The connection's session lives on another shard: move socket, TLS state and request there, then
// report Server::on_adopted to that shard. This shard has already forgotten the connection.
struct ParkedRequest {
  UserId user{};
  RequestHeader header;
  Bytes early;  // octets read behind the header
};
struct HandOver {
  ConnectionId connection;
  unsigned shard = 0;
  ParkedRequest request;
};

// ----- its TCP target (for TCP requests and the fallback), known by the same id
struct Resolve {  // answer with on_resolved, empty on failure; gone when the connection is closed
  ConnectionId connection;
  std::string host;
};
struct DialTarget {  // a former target of this connection, if any, is dropped
  ConnectionId connection;
  Endpoint endpoint;
};
struct WriteTarget {
  ConnectionId connection;
  ByteView bytes;
};
struct HalfCloseTarget {
  ConnectionId connection;
};
struct CloseTarget {  // the driver forgets the target
  ConnectionId connection;
  CloseKind kind = CloseKind::clean;
};

// ----- external UDP ports
struct OpenMapping {  // a UDP socket of that family on a port of the system's choice
  MappingId mapping;
  Family family = Family::ipv4;
};
struct SendDatagram {
  MappingId mapping;
  Endpoint destination;
  ByteView payload;
};
struct CloseMapping {
  MappingId mapping;
};

using Action = std::variant<Write, HalfClose, Close, PauseReading, ResumeReading, HandOver, Resolve,
                            DialTarget, WriteTarget, HalfCloseTarget, CloseTarget, OpenMapping,
                            SendDatagram, CloseMapping>;
}  // namespace server

using ServerActions = ActionList<server::Action>;

}  // namespace fullcone
