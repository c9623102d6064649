// Requests, frames and messages as the two ends write them, and the users and peers of the stories.
#pragma once

#include <optional>
#include <string_view>

#include "core/testing/orders.hpp"
#include "wire/datagram_frame.hpp"
#include "wire/request_header.hpp"
#include "wire/umfurs.hpp"

namespace fullcone {

inline Endpoint at(std::string_view text) { return Endpoint::parse(text).value(); }
inline IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

inline const Uuid kAlice = Uuid::parse("a11ce000-0000-4000-8000-000000000001").value();
inline const Uuid kBob = Uuid::parse("b0b00000-0000-4000-8000-000000000002").value();
inline const Uuid kNobody = Uuid::parse("dead0000-0000-4000-8000-000000000003").value();
inline const SessionId kGame = Uuid::parse("00000000-0000-0000-0000-00000000000a").value();
inline const SessionId kCall = Uuid::parse("00000000-0000-0000-0000-00000000000b").value();

// Three peers, each alone; D is another port of C's address, E and F speak IPv6.
inline const Endpoint kA = at("198.51.100.1:1001");
inline const Endpoint kB = at("198.51.100.2:2002");
inline const Endpoint kC = at("198.51.100.3:3003");
inline const Endpoint kD = at("198.51.100.3:3004");
inline const Endpoint kE = at("[2001:db8::e]:5005");
inline const Endpoint kF = at("[2001:db8::f]:6006");

inline Bytes request(std::uint8_t version, const Uuid& user, const SessionId& session,
                     MappingPolicy mapping, Command command,
                     const std::optional<Destination>& destination) {
  Bytes octets;
  encode_request_header({version, user, session, mapping, command, destination}, octets);
  return octets;
}

inline Bytes tcp_request(const Destination& to, std::uint8_t version = 1,
                         const Uuid& user = kAlice) {
  return request(version, user, {}, MappingPolicy::by_destination, Command::tcp, to);
}
inline Bytes udp_request(const Destination& to, const SessionId& session = kGame,
                         const Uuid& user = kAlice) {
  return request(1, user, session, MappingPolicy::by_destination, Command::udp, to);
}
inline Bytes v0_udp_request(const Destination& to, const Uuid& user = kAlice) {
  return request(0, user, {}, MappingPolicy::by_destination, Command::udp, to);
}
inline Bytes crumfurs_request(const SessionId& session = kGame,
                              MappingPolicy mapping = MappingPolicy::by_destination,
                              const Uuid& user = kAlice) {
  return request(1, user, session, mapping, Command::crumfurs, std::nullopt);
}

inline const Bytes kEstablished{kCrumfursEstablished};

inline Bytes frame(const Octets& payload) {
  return to_bytes(datagram_frame_head(payload.bytes.size()).view()) + payload;
}
inline Bytes umfurs(const Endpoint& source, const Octets& payload) {
  return to_bytes(umfurs_head(source, payload.bytes.size()).view()) + payload;
}

}  // namespace fullcone
