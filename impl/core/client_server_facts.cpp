// What a client hears of its connections to the server, and who hears it: the tunnel or association
// that dialled it, or the holders of a mux connection's streams.
#include <utility>

#include "core/client.hpp"

namespace fullcone {

// ----- holders of streams

class Client::MuxUsers final : public ClientMux::Users {
 public:
  MuxUsers(Client& client, TimePoint now, ClientActions& out)
      : client_(client), now_(now), out_(out) {}

  void on_mux_up(LocalId id) override {
    tell_tunnel(id, [this](ClientMuxTunnel& tunnel) { tunnel.on_up(now_, out_); });
  }
  void on_mux_data(LocalId id, ByteView octets) override {
    tell_tunnel(id, [&](ClientMuxTunnel& tunnel) { tunnel.on_data(octets, out_); });
  }
  void on_mux_datagram(LocalId id, const Endpoint& peer, ByteView payload) override {
    if (auto* const association = client_.find_association(id)) {
      association->on_mux_datagram(peer, payload, out_);
    }
  }
  void on_mux_end(LocalId id) override {
    tell_tunnel(id, [this](ClientMuxTunnel& tunnel) { tunnel.on_end(out_); });
  }
  void on_mux_drained(LocalId id) override {
    tell_tunnel(id, [this](ClientMuxTunnel& tunnel) { tunnel.on_drained(out_); });
  }
  void on_mux_finished(LocalId id) override {
    tell_tunnel(id, [this](ClientMuxTunnel& tunnel) { tunnel.on_finished(out_); });
  }
  void on_mux_reset(LocalId id) override {
    if (auto* const association = client_.find_association(id)) association->on_mux_reset();
    tell_tunnel(id, [this](ClientMuxTunnel& tunnel) { tunnel.on_reset(out_); });
  }
  void on_mux_lost(LocalId id, std::optional<ConnectFailure> why) override {
    if (auto* const association = client_.find_association(id)) {
      association->on_mux_lost(now_, out_);
    }
    tell_tunnel(id, [&](ClientMuxTunnel& tunnel) { tunnel.on_lost(why, out_); });
  }

 private:
  // What closes its local connection ends the tunnel.
  template <class Fact>
  void tell_tunnel(LocalId id, Fact fact) {
    ClientMuxTunnel* const tunnel = client_.find_mux_tunnel(id);
    if (tunnel == nullptr) return;
    const std::size_t from = out_.size();
    fact(*tunnel);
    client_.forget_if_closed(id, out_, from);
  }

  Client& client_;
  TimePoint now_;
  ClientActions& out_;
};

template <class Fact>
void Client::tell_mux(TimePoint now, ClientActions& out, Fact fact) {
  MuxUsers users(*this, now, out);
  fact(users);
  await_mux();
}

// ----- facts about a connection to the server

void Client::on_server_connected(ConnectionId id, TimePoint now, ClientActions& out) {
  if (mux_.owns(id)) {
    return tell_mux(now, out, [&](MuxUsers& users) { mux_.on_connected(id, now, users, out); });
  }
  const auto owner = owner_of(id);
  if (!owner) return ready_.on_connected(id, now, out);
  auto& role = find(*owner)->role;
  if (auto* const tunnel = std::get_if<ClientTunnel>(&role)) return tunnel->on_connected(now, out);
  const std::size_t from = out.size();
  std::get<std::unique_ptr<ClientAssociation>>(role)->on_connected(id, now, out);
  settle(*owner, now, out, from);
}

void Client::on_server_failed(ConnectionId id, ConnectFailure why, TimePoint now,
                              ClientActions& out) {
  if (mux_.owns(id)) {
    return tell_mux(now, out, [&](MuxUsers& users) { mux_.on_lost(id, why, now, users, out); });
  }
  const auto owner = owner_of(id);
  if (!owner) return ready_.on_lost(id, now);
  owners_.erase(id);
  ready_.on_dial_failed(now);
  auto& role = find(*owner)->role;
  const std::size_t from = out.size();
  if (auto* const tunnel = std::get_if<ClientTunnel>(&role)) {
    tunnel->on_failed(why, out);
  } else {
    std::get<std::unique_ptr<ClientAssociation>>(role)->on_lost(id, now, out);
  }
  settle(*owner, now, out, from);
}

void Client::on_server_bytes(ConnectionId id, ByteView bytes, TimePoint now, ClientActions& out) {
  if (mux_.owns(id)) {
    return tell_mux(now, out, [&](MuxUsers& users) { mux_.on_bytes(id, bytes, now, users, out); });
  }
  const auto owner = owner_of(id);
  if (!owner) return ready_.on_bytes(id, now, out);
  auto& role = find(*owner)->role;
  const std::size_t from = out.size();
  if (auto* const tunnel = std::get_if<ClientTunnel>(&role)) {
    tunnel->on_server_bytes(bytes, out);
  } else {
    std::get<std::unique_ptr<ClientAssociation>>(role)->on_server_bytes(id, bytes, now, out);
  }
  settle(*owner, now, out, from);
}

void Client::on_server_end_of_stream(ConnectionId id, TimePoint now, ClientActions& out) {
  if (mux_.owns(id)) {
    return tell_mux(now, out, [&](MuxUsers& users) { mux_.on_ended(id, now, users, out); });
  }
  const auto owner = owner_of(id);
  if (!owner) return ready_.on_ended(id, now, out);
  auto& role = find(*owner)->role;
  const std::size_t from = out.size();
  if (auto* const tunnel = std::get_if<ClientTunnel>(&role)) {
    tunnel->on_server_end_of_stream(now, out);
  } else {
    std::get<std::unique_ptr<ClientAssociation>>(role)->on_ended(id, now, out);
  }
  settle(*owner, now, out, from);
}

void Client::on_server_lost(ConnectionId id, TimePoint now, ClientActions& out) {
  if (mux_.owns(id)) {
    return tell_mux(now, out,
                    [&](MuxUsers& users) { mux_.on_lost(id, std::nullopt, now, users, out); });
  }
  const auto owner = owner_of(id);
  if (!owner) return ready_.on_lost(id, now);
  owners_.erase(id);
  auto& role = find(*owner)->role;
  const std::size_t from = out.size();
  if (auto* const tunnel = std::get_if<ClientTunnel>(&role)) {
    tunnel->on_server_lost(now, out);
  } else {
    std::get<std::unique_ptr<ClientAssociation>>(role)->on_lost(id, now, out);
  }
  settle(*owner, now, out, from);
}

bool Client::on_server_written(ConnectionId id, std::size_t octets) {
  const auto owner = owner_of(id);
  if (!owner) return mux_.owns(id) && mux_.on_written(id, octets);
  if (auto* const association = find_association(*owner)) association->on_written(id, octets);
  return false;
}

void Client::on_server_room(ConnectionId id, TimePoint now, ClientActions& out) {
  tell_mux(now, out, [&](MuxUsers& users) { mux_.on_room(id, now, users, out); });
}

// ----- tables

ClientMuxTunnel* Client::find_mux_tunnel(LocalId id) {
  Local* const local = find(id);
  return local == nullptr ? nullptr : std::get_if<ClientMuxTunnel>(&local->role);
}

ClientAssociation* Client::find_association(LocalId id) {
  Local* const local = find(id);
  if (local == nullptr) return nullptr;
  auto* const association = std::get_if<std::unique_ptr<ClientAssociation>>(&local->role);
  return association == nullptr ? nullptr : association->get();
}

void Client::await_mux() {
  if (const auto next = mux_.next_deadline()) {
    deadlines_.arm(mux_alarm_, *next, kOfMux);
  } else {
    deadlines_.disarm(mux_alarm_);
  }
}

}  // namespace fullcone
