// SOCKS5 (RFC 1928) and its user/password method (RFC 1929), as a proxy's local side speaks it.
// Parsers consume one message and leave what follows. Rules: SOCKS-1..5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/bytes.hpp"
#include "base/parse.hpp"
#include "wire/address.hpp"

namespace fullcone::socks5 {

inline constexpr std::uint8_t kVersion = 5;

enum class Method : std::uint8_t { none = 0x00, user_password = 0x02, unacceptable = 0xff };
enum class Command : std::uint8_t { connect = 1, bind = 2, udp_associate = 3 };
enum class Reply : std::uint8_t {
  succeeded = 0,
  general_failure = 1,
  not_allowed = 2,
  network_unreachable = 3,
  host_unreachable = 4,
  connection_refused = 5,
  ttl_expired = 6,
  command_not_supported = 7,
  address_type_not_supported = 8,
};

// version 1 | count 1 | methods count
struct Greeting {
  bool offers_none = false;
  bool offers_user_password = false;
  bool operator==(const Greeting&) const = default;
};
ParseResult<Greeting> parse_greeting(ByteView input);
ShortBytes<2> encode_method(Method method);

// version 1 (= 1) | length 1 | user | length 1 | password
struct Credentials {
  std::string user;
  std::string password;
  bool operator==(const Credentials&) const = default;
};
ParseResult<Credentials> parse_credentials(ByteView input);
ShortBytes<2> encode_credentials_verdict(bool accepted);

// version 1 | command 1 | reserved 1 | atyp 1 | address | port 2
struct Request {
  std::uint8_t command = 0;                // any octet; Command names the known ones
  std::optional<Destination> destination;  // nullopt: the address type is not one of RFC 1928's
  bool operator==(const Request&) const = default;
};
ParseResult<Request> parse_request(ByteView input);

// version 1 | reply 1 | reserved 1 | atyp 1 | bound address | port 2
using ReplyMessage = ShortBytes<22>;
ReplyMessage encode_reply(Reply reply, const Endpoint& bound);

// The head of a datagram between app and relay:
//   reserved 2 | fragment 1 | atyp 1 | address | port 2 | payload
using UdpHead = ShortBytes<262>;
struct UdpDatagram {
  std::uint8_t fragment = 0;
  Destination destination;
  ByteView payload;  // a view into the parsed input
};
std::variant<UdpDatagram, Malformed> parse_udp_datagram(ByteView datagram);
UdpHead encode_udp_head(const Destination& peer);

// The largest payload behind an IPv4 head in one datagram of a relay bound to `relay`.
inline constexpr std::size_t kMaxUdpPayload = 65507 - 10;

// The app's side, for tests, benchmarks and the conformance suite.
void encode_greeting(bool with_credentials, Bytes& out);
void encode_credentials(const Credentials& credentials, Bytes& out);
void encode_request(Command command, const Destination& destination, Bytes& out);
ParseResult<Method> parse_method(ByteView input);
ParseResult<bool> parse_credentials_verdict(ByteView input);
struct ReplyFields {
  Reply reply = Reply::succeeded;
  Endpoint bound;
  bool operator==(const ReplyFields&) const = default;
};
// A bound domain name is malformed: our relays never send one.
ParseResult<ReplyFields> parse_reply(ByteView input);

}  // namespace fullcone::socks5
