// What a testbed has to offer, and all that it has to offer: streams and datagrams of the suite's
// own, and a way to let time pass until something is true. Everything the cases speak of (Session,
// Channel, Peer, App, FakeServer) is built on this, so that a case reads the same in virtual time
// and over sockets. Nothing here blocks: what was sent travels while run_until() runs.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/time.hpp"

namespace fullcone::conformance {

using namespace std::chrono_literals;

// One connection of the suite's: TLS towards the subject's VLESS side, plain TCP to its other
// sides.
class Stream {
 public:
  enum class State {
    opening,  // TCP or TLS handshake under way
    open,
    ended,  // the other end has sent close_notify (TLS) or FIN (plain TCP)
    lost,   // reset, ended without close_notify, refused, or given up by this end
  };

  virtual ~Stream() = default;
  // One call is one write: a single TLS record where it fits one.
  virtual void send(ByteView bytes) = 0;
  // close_notify or FIN; reading goes on.
  virtual void end() = 0;
  // close_notify, then away.
  virtual void close() = 0;
  // Reset, without close_notify.
  virtual void cut() = 0;
  // A paused stream takes nothing from the network, so that the other end's queue fills.
  virtual void pause_reading(bool paused) = 0;

  // Everything received so far; grows at its end.
  virtual ByteView received() const = 0;
  virtual State state() const = 0;
};

struct Datagram {
  Endpoint source;
  std::string payload;
  bool operator==(const Datagram&) const = default;
};

// A UDP socket of the suite's. Closed when destroyed.
class UdpPort {
 public:
  virtual ~UdpPort() = default;
  virtual Endpoint endpoint() const = 0;
  virtual void send_to(const Endpoint& destination, ByteView payload) = 0;
  // Everything received so far; grows at its end.
  virtual const std::vector<Datagram>& received() const = 0;
};

// A TCP server of the suite's, for the subject to dial.
class Target {
 public:
  virtual ~Target() = default;
  virtual Endpoint endpoint() const = 0;
  // The oldest connection not yet taken; nullptr: none.
  virtual std::unique_ptr<Stream> accept() = 0;
};

// A host name that the subject can resolve.
struct NamedPeer {
  std::string name;
  std::unique_ptr<UdpPort> port;
};

// What only some testbeds can do; a case that needs it is skipped elsewhere.
struct Powers {
  // Makes `name` resolve to `addresses`, in that order, from now on.
  std::function<void(const std::string& name, const std::vector<IpAddress>& addresses)> set_name;
  // From now on nothing passes on `stream`, in either direction, and neither end is told.
  std::function<void(Stream& stream)> fall_silent;
  // Whether the subject holds that UDP port.
  std::function<bool(const Endpoint& external_port)> holds_port;
  // How long until the subject's end of `stream` sends a keepalive probe, if it has such a timer.
  std::function<std::optional<Duration>(const Stream& stream)> keepalive_timer;
};

class Wiretap;

class Network {
 public:
  virtual ~Network() = default;

  virtual TimePoint now() const = 0;
  // Lets time pass until `done`; false when `limit` is over before.
  virtual bool run_until(const std::function<bool()>& done, Duration limit) = 0;
  // True where time costs nothing and the same seed gives the same run.
  virtual bool is_virtual() const = 0;
  virtual const Powers& powers() const = 0;
  // False once the subject cannot be reached any more; `why` then says what happened.
  virtual bool subject_lives(std::string& why) = 0;
  // From now on `wiretap` is told what passes; nullptr: nobody is.
  virtual void tap(Wiretap* wiretap) = 0;

  // ----- remote peers: nullptr where the machine lacks the family
  virtual std::unique_ptr<UdpPort> open_peer(Family family) = 0;
  // Another port of the same address.
  virtual std::unique_ptr<UdpPort> open_peer_beside(const UdpPort& neighbour) = 0;
  virtual NamedPeer open_named_peer() = 0;  // its port is null where there is none
  virtual std::unique_ptr<Target> open_target(Family family) = 0;
  // An endpoint that refuses TCP connections.
  virtual Endpoint refusing_endpoint() = 0;

  // ----- a server as the subject: the suite is its client
  virtual std::unique_ptr<Stream> connect_to_server() = 0;

  // ----- a client as the subject: the suite is its server, and the app behind it
  // The oldest connection of the client's not yet taken; nullptr: none.
  virtual std::unique_ptr<Stream> accept_from_client() = 0;
  // To the client's SOCKS5 port.
  virtual std::unique_ptr<Stream> connect_as_app() = 0;
  // Where connect_as_app() connects to.
  virtual Endpoint local_port() const = 0;
  // A UDP socket at the app's address.
  virtual std::unique_ptr<UdpPort> open_app_port() = 0;
  // A UDP socket at another address that reaches the client's relay; nullptr: there is none.
  virtual std::unique_ptr<UdpPort> open_neighbour_port() = 0;

  // ----- a NAT as the subject: the suite is on both sides of it
  // A UDP socket behind it, on the first or second internal host; nullptr: there is no such host.
  virtual std::unique_ptr<UdpPort> open_internal(std::size_t host) = 0;
  // The same port as `other` has, on another host; nullptr: there is none.
  virtual std::unique_ptr<UdpPort> open_internal_twin(const UdpPort& other) = 0;
};

}  // namespace fullcone::conformance
