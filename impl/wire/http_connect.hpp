// HTTP CONNECT (RFC 9110 section 9.3.6) as a proxy's local side speaks it: the request head up to
// and with its empty line, at most 8,192 octets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/parse.hpp"
#include "wire/address.hpp"
#include "wire/socks5.hpp"

namespace fullcone::http {

inline constexpr std::size_t kMaxHead = 8192;

// Malformed::why of a head over kMaxHead, which is answered by 431; every other fault by 400.
inline constexpr std::string_view kHeadTooLarge = "head is too large";

struct ConnectRequest {
  std::string method;                              // "CONNECT", or what else the client asked for
  std::optional<Destination> destination;          // set when the method is CONNECT
  std::optional<socks5::Credentials> credentials;  // Proxy-Authorization: Basic (RFC 7617)
  bool operator==(const ConnectRequest&) const = default;
};

// Malformed: not a request line, a bad authority, a head over kMaxHead. An unreadable
// Proxy-Authorization counts as none.
ParseResult<ConnectRequest> parse_connect_request(ByteView input);

// Whole response heads, ready to send.
inline constexpr std::string_view kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";
// `status` is one of 400, 405, 407, 431, 502, 503, 504; 407 asks for Basic credentials.
std::string_view error_response(int status);

}  // namespace fullcone::http
