// An app that speaks SOCKS5 to the client's local port.
#pragma once

#include <stdexcept>
#include <utility>

#include "net/testing/sockets.hpp"
#include "wire/socks5.hpp"

namespace fullcone::testing {

class Socks5App {
 public:
  explicit Socks5App(const Endpoint& proxy) : connection_(proxy) {}

  socks5::ReplyFields request(socks5::Command command, const Destination& destination) {
    Bytes octets;
    socks5::encode_greeting(false, octets);
    socks5::encode_request(command, destination, octets);
    connection_.send(octets);
    connection_.receive_exactly(2);  // the method
    const auto reply = socks5::parse_reply(connection_.receive_exactly(10));
    if (!reply.parsed()) throw std::runtime_error("not a SOCKS5 reply");
    return reply.value();
  }

  // A tunnel to `destination`; throws when it is refused.
  TcpConnection& connect(const Destination& destination) {
    if (request(socks5::Command::connect, destination).reply != socks5::Reply::succeeded) {
      throw std::runtime_error("refused");
    }
    return connection_;
  }

  TcpConnection& connection() { return connection_; }

 private:
  TcpConnection connection_;
};

// A UDP association: one session of the proxy.
class Socks5Association {
 public:
  explicit Socks5Association(const Endpoint& proxy)
      : control_(proxy),
        relay_(control_.request(socks5::Command::udp_associate, Endpoint{}).bound) {}

  void send_to(const Destination& destination, ByteView payload) const {
    Bytes datagram = to_bytes(socks5::encode_udp_head(destination).view());
    append(datagram, payload);
    socket_.send_to(relay_, datagram);
  }
  // The source is the peer that the datagram's head names.
  Datagram receive() const {
    const Datagram datagram = socket_.receive();
    const auto parsed = socks5::parse_udp_datagram(datagram.payload);
    const auto* const message = std::get_if<socks5::UdpDatagram>(&parsed);
    if (message == nullptr) throw std::runtime_error("not a SOCKS5 datagram");
    const auto* const source = std::get_if<Endpoint>(&message->destination);
    return {source != nullptr ? *source : Endpoint{}, to_bytes(message->payload)};
  }
  bool is_silent() const { return socket_.is_silent(); }
  TcpConnection& control() { return control_.connection(); }

 private:
  Socks5App control_;
  Endpoint relay_;
  UdpPeer socket_;
};

}  // namespace fullcone::testing
