// Names that the core and its driver give to things. Ids are chosen by the side that creates the
// thing and are never reused within a process, so a late event about a gone thing finds nothing.
#pragma once

#include <compare>
#include <cstdint>

#include "base/uuid.hpp"
#include "wire/mux_frame.hpp"
#include "wire/request_header.hpp"

namespace fullcone {

enum class ConnectionId : std::uint64_t {};  // a TLS connection; chosen by whoever opens it
enum class LocalId : std::uint64_t {};       // a connection of an app to the client's local port
enum class MappingId : std::uint64_t {};     // a UDP socket of the server; chosen by the core
enum class UserId : std::uint32_t {};        // index into the user directory

// A TCP target of the server: the one of a TCP request, or that of a stream of a mux connection.
struct TargetId {
  TargetId() = default;
  TargetId(ConnectionId of, mux::StreamId in = mux::kConnection) : connection(of), stream(in) {}

  ConnectionId connection{};
  mux::StreamId stream{};
  auto operator<=>(const TargetId&) const = default;
};

// A name being resolved: that of a request, or one of those that a mux stream asks for.
struct LookupId {
  LookupId() = default;
  LookupId(ConnectionId of, mux::StreamId in = mux::kConnection, std::uint32_t nth = 0)
      : connection(of), stream(in), number(nth) {}

  ConnectionId connection{};
  mux::StreamId stream{};
  std::uint32_t number = 0;
  auto operator<=>(const LookupId&) const = default;
};

// Hands out 1, 2, 3, …
template <class Id>
class IdSource {
 public:
  Id next() { return Id{++last_}; }

 private:
  std::underlying_type_t<Id> last_ = 0;
};

// What a session is known by (rule CONE-9: sessions of two users never meet).
struct SessionKey {
  UserId user{};
  SessionId session;
  bool operator==(const SessionKey&) const = default;
};

struct SessionKeyHash {
  using is_avalanching = void;
  std::uint64_t seed = 0;
  std::size_t operator()(const SessionKey& key) const {
    return UuidHash{seed ^ static_cast<std::uint64_t>(key.user)}(key.session);
  }
};

struct IdHash {
  using is_avalanching = void;
  std::size_t operator()(const TargetId& id) const {
    const auto connection = static_cast<std::uint64_t>(id.connection);
    return operator()(
        ConnectionId{connection ^ std::uint64_t{static_cast<std::uint32_t>(id.stream)} << 32});
  }
  template <class Id>
  std::size_t operator()(Id id) const {
    return static_cast<std::size_t>(
        fold_multiply(static_cast<std::uint64_t>(id), 0x9e3779b97f4a7c15u));
  }
};

}  // namespace fullcone
