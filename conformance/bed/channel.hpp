// An isolated channel, from the client's end: the connection of one UDP request and the datagrams
// on it. A handle: copies are the same channel.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/bed/connection.hpp"
#include "conformance/bed/peer.hpp"

namespace fullcone::conformance {

class Channel {
 public:
  // `version` 0: the server's first octets are the response `00 00`. `peer`: whom it leads to, if
  // that is one of the suite's.
  Channel(Connection connection, std::uint8_t version, std::optional<Peer> peer);

  void send(std::string_view payload) const;
  // The next datagram; ends the case when none comes.
  std::string receive() const;
  // Sends a datagram to its peer, who must get it next; returns where it came from.
  Endpoint external_port() const;
  // The external port as far as the peer has seen it.
  std::optional<Endpoint> known_port() const;

  void close() const { connection().close(); }
  void cut() const { connection().cut(); }
  Finding closes_silently() const { return connection().closes_silently(); }
  const Connection& connection() const { return state_->connection; }
  operator Party() const;

 private:
  std::optional<std::string> next() const;
  void take_response() const;
  struct State {
    Connection connection;
    bool response_due = false;
    std::optional<Peer> peer;
    std::vector<std::string> sent;
  };
  std::shared_ptr<State> state_;
};

}  // namespace fullcone::conformance
