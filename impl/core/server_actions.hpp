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

struct Resolve {  // answer with on_resolved, empty on failure; gone when the connection is closed
  LookupId lookup;
  std::string host;
};

// ----- its TCP targets (of TCP requests and the fallback)
// The driver holds back reading one end of a TCP request while the other's queue is full; the
// target of a mux stream is paused by order.
struct DialTarget {  // a former target of this id, if any, is dropped
  TargetId target;
  Endpoint endpoint;
};
struct WriteTarget {  // report Server::on_target_written as octets leave the send queue
  TargetId target;
  ByteView bytes;
};
struct PauseTarget {  // stop reading from it
  TargetId target;
};
struct ResumeTarget {
  TargetId target;
};
struct HalfCloseTarget {
  TargetId target;
};
struct CloseTarget {  // the driver forgets the target
  TargetId target;
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
                            DialTarget, WriteTarget, PauseTarget, ResumeTarget, HalfCloseTarget,
                            CloseTarget, OpenMapping, SendDatagram, CloseMapping>;
}  // namespace server

using ServerActions = ActionList<server::Action>;

}  // namespace fullcone
