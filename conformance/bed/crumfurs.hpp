// A CRUMFURS channel, from the client's end. A handle: copies are the same channel.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "conformance/bed/connection.hpp"

namespace fullcone::conformance {

// A datagram from an unknown source, as CRUMFURS tells of it.
struct Umfurs {
  Endpoint source;
  std::string payload;
  bool operator==(const Umfurs&) const = default;
};
std::string describe(const Umfurs& message);

inline constexpr char kEstablished = 0x14;

class Crumfurs {
 public:
  // `send_stranger` has a stranger send a datagram that must arrive here, and returns it; nullopt:
  // the session has no external port that is known.
  using SendStranger = std::function<std::optional<Umfurs>()>;
  Crumfurs(Connection connection, SendStranger send_stranger);

  // The one octet that answers the request; ends the case when it is another, or none.
  void expect_established() const;
  // The next message; ends the case when none comes, or one that is malformed.
  Umfurs receive() const;
  // As the octets came.
  const Connection& connection() const { return state_->connection; }

  void close() const { connection().close(); }
  void cut() const { connection().cut(); }
  Finding closes_silently() const { return connection().closes_silently(); }
  operator Party() const;

 private:
  struct State {
    Connection connection;
    SendStranger send_stranger;
  };
  std::shared_ptr<State> state_;
};

}  // namespace fullcone::conformance
