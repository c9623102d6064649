// A session, from the client's end: its CRUMFURS channel and the isolated channels opened for it.
// A handle: copies are the same session.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "conformance/bed/channel.hpp"
#include "conformance/bed/crumfurs.hpp"
#include "conformance/bed/request.hpp"

namespace fullcone::conformance {

class ServerBed;

struct SessionName {
  Uuid user;
  std::optional<Uuid> id;  // nullopt: no SESSION in the request
};

class Session {
 public:
  Session(ServerBed& bed, const SessionName& name);

  // A CRUMFURS request of this session, answered; it is the session's channel from now on.
  void establish(const Bytes& more_addons = {}) const;
  // The session's UDP request for whatever `address` says, as a raw connection.
  Connection request_channel(const Bytes& address, std::string_view first_octets = {}) const;
  // Without a datagram yet.
  Channel open_channel(const Peer& peer) const;
  // And sends a first datagram.
  Channel open_channel(const Peer& peer, std::string_view first) const;
  Channel open_channel_by_name(std::string_view name, const Peer& peer,
                               std::string_view first) const;

  const Crumfurs& crumfurs() const { return state_->crumfurs.value(); }
  Umfurs next_umfurs() const { return crumfurs().receive(); }
  // The request's addons that name this session.
  Bytes addons() const;
  const SessionName& name() const { return state_->name; }

 private:
  struct State {
    ServerBed& bed;
    SessionName name;
    std::string label;
    std::optional<Crumfurs> crumfurs;
    std::vector<Channel> channels;
  };
  Channel remember(Connection connection, const Peer& peer) const;
  static std::optional<Umfurs> send_stranger(const State& state);
  std::shared_ptr<State> state_;
};

}  // namespace fullcone::conformance
