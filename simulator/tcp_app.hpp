// An app behind the client that uses TCP: a SOCKS5 CONNECT, then the stream itself.
#pragma once

#include <deque>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "simulator/network.hpp"
#include "simulator/raw_stream.hpp"
#include "simulator/socks_handshake.hpp"
#include "wire/address.hpp"

namespace fullcone::sim {

class TcpApp {
 public:
  TcpApp(Network& network, const IpAddress& ip, const Endpoint& client, const Destination& target,
         std::optional<socks5::Credentials> credentials);
  TcpApp(const TcpApp&) = delete;
  TcpApp& operator=(const TcpApp&) = delete;

  // Waits for the proxy's reply by itself.
  void send(ByteView octets);
  void send(std::string_view text) { send(as_bytes(text)); }
  void half_close();
  void quit() { stream_.close_clean(); }
  void crash() { stream_.cut(); }

  bool connected() const { return handshake_.done(); }
  bool refused() const { return handshake_.failed(); }
  const std::optional<socks5::ReplyFields>& reply() const { return handshake_.reply(); }
  // What came through the tunnel.
  const Bytes& received() const { return received_; }
  bool ended() const { return stream_.ended(); }
  bool lost() const { return stream_.lost(); }
  RawStream& stream() { return stream_; }

 private:
  void on_change();

  RawStream stream_;
  SocksHandshake handshake_;
  Bytes early_;
  bool half_close_wanted_ = false;
  Bytes received_;
};

}  // namespace fullcone::sim
