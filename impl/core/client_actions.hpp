// The orders that the client core gives its driver, carried out in the order given. Views inside an
// action are valid until the fact that produced it has been dealt with: a driver that cannot write
// at once copies. Orders about a connection end with its Close.
#pragma once

#include <variant>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "core/action_list.hpp"
#include "core/ids.hpp"
#include "wire/datagram_frame.hpp"
#include "wire/socks5.hpp"

namespace fullcone {
namespace client {

// ----- a TLS connection to the VLESS server
struct Connect {  // answer with on_server_connected or on_server_failed
  ConnectionId connection;
};
struct WriteServer {  // head, then payload; report Client::on_server_written as octets leave
  ConnectionId connection;
  FrameHead head;
  ByteView payload;
};
struct HalfCloseServer {
  ConnectionId connection;
};
struct CloseServer {  // the driver forgets the connection, connected or not
  ConnectionId connection;
  CloseKind kind = CloseKind::clean;
};

// ----- an app's connection to the local port
struct WriteLocal {  // report Client::on_local_written as octets leave the send queue
  LocalId local;
  ByteView bytes;
};
struct HalfCloseLocal {
  LocalId local;
};
struct CloseLocal {  // the driver forgets the connection
  LocalId local;
  CloseKind kind = CloseKind::clean;
};
struct PauseLocal {  // stop reading from the app
  LocalId local;
};
struct ResumeLocal {
  LocalId local;
};
// A TCP tunnel is through: the driver holds back reading one end while the other's queue is full.
struct Splice {
  LocalId local;
  ConnectionId connection;
};

// ----- the UDP relay of an association, known by its control connection
struct OpenRelay {  // a UDP socket on `address`, port of the system's choice; on_relay_opened
  LocalId local;
  IpAddress address;
};
struct SendToApp {  // one datagram, head then payload
  LocalId local;
  Endpoint app;
  socks5::UdpHead head;
  ByteView payload;
};
struct CloseRelay {
  LocalId local;
};

using Action =
    std::variant<Connect, WriteServer, HalfCloseServer, CloseServer, WriteLocal, HalfCloseLocal,
                 CloseLocal, PauseLocal, ResumeLocal, Splice, OpenRelay, SendToApp, CloseRelay>;
}  // namespace client

using ClientActions = ActionList<client::Action>;

}  // namespace fullcone
