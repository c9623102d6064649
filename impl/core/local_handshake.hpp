// The first octets of an app's connection: SOCKS5 with or without user/password, or HTTP CONNECT,
// up to a whole request. What is wrong is answered in the protocol's own words. Rules: SOCKS-5,
// RFC 1928, RFC 1929, RFC 9110 section 9.3.6.
#pragma once

#include <cstdint>
#include <span>
#include <variant>

#include "base/bytes.hpp"
#include "core/client_actions.hpp"
#include "wire/http_connect.hpp"
#include "wire/socks5.hpp"

namespace fullcone {

enum class LocalProtocol : std::uint8_t { socks5, http };

class LocalHandshake {
 public:
  struct Unfinished {};
  struct Failed {};  // answered already; the connection is to be closed
  struct Connect {
    LocalProtocol protocol = LocalProtocol::socks5;
    Destination destination;
    Bytes early;  // octets behind the request
  };
  struct Associate {};
  using Outcome = std::variant<Unfinished, Failed, Connect, Associate>;

  // `credentials` outlive the handshake; none means that no authentication is asked for.
  LocalHandshake(LocalId local, std::span<const socks5::Credentials> credentials)
      : local_(local), credentials_(credentials) {}

  Outcome on_bytes(ByteView bytes, ClientActions& out);

 private:
  enum class Phase : std::uint8_t { first_octet, greeting, credentials, request, http };

  Outcome step(ClientActions& out);
  Outcome read_greeting(ClientActions& out);
  Outcome read_credentials(ClientActions& out);
  Outcome read_request(ClientActions& out);
  Outcome read_http(ClientActions& out);
  bool accepts(const socks5::Credentials& offered) const;
  void consume(std::size_t octets);
  void answer(ByteView octets, ClientActions& out);

  LocalId local_;
  std::span<const socks5::Credentials> credentials_;
  Phase phase_ = Phase::first_octet;
  Bytes received_;
};

}  // namespace fullcone
