// An app behind the client that uses UDP: a SOCKS5 control connection with UDP ASSOCIATE, and a UDP
// socket that speaks to the association's relay.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "simulator/judge.hpp"
#include "simulator/network.hpp"
#include "simulator/peer.hpp"
#include "simulator/raw_stream.hpp"
#include "simulator/socks_handshake.hpp"
#include "wire/address.hpp"

namespace fullcone::sim {

// What an app got: the source is what the SOCKS5 header named.
struct AppDatagram {
  Destination source;
  Bytes payload;
  TimePoint at;
};

// What an app hopes to get: `app.received(from(stranger, "hello"))`.
struct ExpectedDatagram {
  Destination source;
  Bytes payload;
};
ExpectedDatagram from(const Peer& peer, std::string_view text);
ExpectedDatagram from(const Destination& source, std::string_view text);

class UdpApp {
 public:
  enum class State : std::uint8_t { associating, ready, refused, gone };

  // Runs on `ip` and dials `client`, a SOCKS5 port, at once.
  UdpApp(Network& network, Judge& judge, AppId id, const IpAddress& ip, const Endpoint& client,
         std::optional<socks5::Credentials> credentials);
  ~UdpApp();
  UdpApp(const UdpApp&) = delete;
  UdpApp& operator=(const UdpApp&) = delete;

  // Sent at once when the association stands, else as soon as it does.
  void send_to(const Destination& to, ByteView payload);
  void send_to(const Destination& to, std::string_view text) { send_to(to, as_bytes(text)); }
  void send_to(const Peer& peer, std::string_view text) { send_to(peer.endpoint(), text); }
  // By name, which the server resolves.
  void send_to(const std::string& host, std::uint16_t port, std::string_view text) {
    send_to(NamedEndpoint{host, port}, text);
  }
  // Any octets, to the relay as they are.
  void send_raw(ByteView datagram);

  // Everything it got, in order.
  const std::vector<AppDatagram>& received() const { return received_; }
  bool received(const ExpectedDatagram& expected) const { return count(expected) != 0; }
  std::size_t count(const ExpectedDatagram& expected) const;
  // The oldest not yet taken.
  std::optional<AppDatagram> take();

  State state() const { return state_; }
  bool ready() const { return state_ == State::ready; }
  // The relay of the association. Precondition: ready().
  const Endpoint& relay() const { return relay_; }
  const Endpoint& endpoint() const { return endpoint_; }
  AppId id() const { return id_; }
  RawStream& control() { return control_; }

  void quit();   // closes the control connection (SOCKS-1) and its socket
  void crash();  // the same, without a word

 private:
  void on_control();
  void on_datagram(const Endpoint& source, ByteView datagram);
  void send_now(const Destination& to, ByteView payload);
  void leave();

  Network& network_;
  Judge& judge_;
  AppId id_;
  Endpoint endpoint_;
  Endpoint relay_;
  State state_ = State::associating;
  RawStream control_;
  SocksHandshake handshake_;
  std::deque<std::pair<Destination, Bytes>> early_;
  std::vector<AppDatagram> received_;
  std::size_t taken_ = 0;
};

}  // namespace fullcone::sim
