// One client shard put through a story: facts in, orders out, time at hand.
//
//   ClientScript client;
//   const auto app = client.associate();
//   client.app_sends_to(app, kA, "hi").expect(connect(ConnectionId{1}));
//
// Each fact forgets the orders of the one before. What a fact views is gone after it, so that the
// sanitizer sees an order that views it later.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "core/client.hpp"
#include "core/testing/client_contract.hpp"
#include "core/testing/requests.hpp"

namespace fullcone {

// None is kept ready: a connection is dialled when it is wanted.
inline ClientSettings alices_settings(std::uint8_t version = 1) {
  ClientSettings settings{.version = version,
                          .user = kAlice,
                          .mapping = MappingPolicy::by_destination,
                          .credentials = {},
                          .limits = {}};
  settings.limits.ready_connections = 0;
  return settings;
}

// Where apps speak from and to, and the relay that they are given.
inline const Endpoint kApp = at("127.0.0.1:50000");
inline const Endpoint kAppSocket = at("127.0.0.1:50001");
inline const Endpoint kSocks = at("127.0.0.1:1080");
inline const Endpoint kRelay = at("127.0.0.1:60000");

// A datagram between app and relay, that names `peer`.
inline Bytes socks_datagram(const Destination& peer, const Octets& payload) {
  return to_bytes(socks5::encode_udp_head(peer).view()) + payload;
}
inline Bytes socks_request(socks5::Command command, const Destination& destination) {
  Bytes octets;
  socks5::encode_request(command, destination, octets);
  return octets;
}
inline Bytes socks_reply(socks5::Reply reply, const Endpoint& bound = {}) {
  return to_bytes(socks5::encode_reply(reply, bound).view());
}

// Every datagram counted where it came in is counted once more where it ended.
inline void expect_counters_add_up(const ClientCounters& c) {
  EXPECT_EQ(c.from_app, c.from_app_ended());
  EXPECT_EQ(c.from_server, c.from_server_ended());
}

class ClientScript {
 public:
  explicit ClientScript(ClientSettings settings = alices_settings(), std::uint64_t seed = 5)
      : settings_(std::make_unique<ClientSettings>(std::move(settings))),
        client_(std::make_unique<Client>(*settings_, seed)) {}
  ~ClientScript() { expect_counters_add_up(client_->counters()); }
  ClientScript(const ClientScript&) = delete;
  ClientScript& operator=(const ClientScript&) = delete;

  // ----- facts about an app
  LocalId app_connects(const Endpoint& app = kApp, const Endpoint& to = kSocks) {
    const LocalId id{++last_local_};
    contract_.opened(id);
    told([&](auto& out) { client_->on_local_accepted(id, app, to, now_, out); });
    return id;
  }
  ClientScript& app_sends(LocalId id, const Octets& octets) {
    return told_of(octets,
                   [&](ByteView view, auto& out) { client_->on_local_bytes(id, view, now_, out); });
  }
  ClientScript& app_ends(LocalId id) {
    return told([&](auto& out) { client_->on_local_end_of_stream(id, now_, out); });
  }
  ClientScript& app_is_cut(LocalId id) {
    contract_.lost(id);
    return told([&](auto& out) { client_->on_local_lost(id, now_, out); });
  }
  ClientScript& relay_opens(LocalId id, const Endpoint& bound = kRelay) {
    return told([&](auto& out) { client_->on_relay_opened(id, bound, now_, out); });
  }
  ClientScript& relay_fails(LocalId id) {
    contract_.relay_gone(id);
    return told([&](auto& out) { client_->on_relay_failed(id, now_, out); });
  }
  ClientScript& relay_takes(LocalId id, const Endpoint& from, const Octets& datagram) {
    return told_of(datagram, [&](ByteView view, auto& out) {
      client_->on_app_datagram(id, from, view, now_, out);
    });
  }
  ClientScript& send_to_app_fails() {
    client_->on_send_failed();
    return *this;
  }
  ClientScript& app_sends_to(LocalId id, const Destination& peer, const Octets& payload) {
    return relay_takes(id, kAppSocket, socks_datagram(peer, payload));
  }

  // ----- facts about a connection to the server
  ClientScript& connects(ConnectionId id) {
    contract_.connected(id);
    return told([&](auto& out) { client_->on_server_connected(id, now_, out); });
  }
  ClientScript& fails(ConnectionId id, ConnectFailure why = ConnectFailure::refused) {
    contract_.lost(id);
    return told([&](auto& out) { client_->on_server_failed(id, why, now_, out); });
  }
  ClientScript& server_sends(ConnectionId id, const Octets& octets) {
    return told_of(
        octets, [&](ByteView view, auto& out) { client_->on_server_bytes(id, view, now_, out); });
  }
  ClientScript& server_ends(ConnectionId id) {
    return told([&](auto& out) { client_->on_server_end_of_stream(id, now_, out); });
  }
  ClientScript& server_is_cut(ConnectionId id) {
    contract_.lost(id);
    return told([&](auto& out) { client_->on_server_lost(id, now_, out); });
  }
  ClientScript& leaves_queue(ConnectionId id, std::size_t octets) {
    return told([&](auto& out) {
      if (client_->on_server_written(id, octets)) client_->on_server_room(id, now_, out);
    });
  }
  ClientScript& leaves_local_queue(LocalId id, std::size_t octets) {
    return told([&](auto& out) {
      if (const auto room = client_->on_local_written(id, octets)) {
        client_->on_server_room(*room, now_, out);
      }
    });
  }

  // Lets time pass; the client is woken whenever it asked to be.
  ClientScript& wait(Duration duration) {
    const TimePoint end = now_ + duration;
    return told([&](auto& out) {
      for (int woken = 0; client_->next_deadline() && *client_->next_deadline() <= end; ++woken) {
        ASSERT_LT(woken, 100'000) << "it never stops asking to be woken";
        now_ = std::max(now_, *client_->next_deadline());
        client_->on_deadline(now_, out);
      }
      now_ = end;
    });
  }
  ClientScript& closes_all() {
    return told([&](auto& out) { client_->close_all(out); });
  }

  // ----- what a story begins with
  // A SOCKS5 UDP association whose relay is open.
  LocalId associate(const Endpoint& app = kApp) {
    const auto id = app_connects(app);
    app_sends(id, Bytes{5, 1, 0});
    app_sends(id, socks_request(socks5::Command::udp_associate, Endpoint{}));
    expect(open_relay(id, kSocks.ip));
    relay_opens(id).expect(write_local(id, socks_reply(socks5::Reply::succeeded, kRelay)));
    return id;
  }
  // The connection dialled last, whenever that was.
  ConnectionId dialled() const { return dialled_; }
  // All that was ever written to a connection to the server.
  const Bytes& written(ConnectionId id) { return written_[id]; }
  // The session that the request on `id` names.
  SessionId session_of(ConnectionId id) {
    return parse_request_header(written(id)).value().session;
  }
  // Has the app's first datagram, "hi" to `peer`, open CRUMFURS; returns its connection. The
  // channel is dialled by then.
  ConnectionId open_crumfurs(LocalId id, const Destination& peer = kA) {
    app_sends_to(id, peer, "hi");
    const auto crumfurs = dialled();
    connects(crumfurs);
    server_sends(crumfurs, kEstablished);
    return crumfurs;
  }
  // Has a datagram to `peer` open a channel; CRUMFURS is there.
  ConnectionId open_channel(LocalId id, const Destination& peer) {
    app_sends_to(id, peer, "hi");
    const auto channel = dialled();
    connects(channel);
    return channel;
  }

  // ----- what came of the last fact
  template <class... Expected>
  ClientScript& expect(const Expected&... expected) {
    EXPECT_EQ(orders_, (Orders{expected...}));
    return *this;
  }
  ClientScript& expect_silence() { return expect(); }
  const Orders& orders() const { return orders_; }

  Client& core() { return *client_; }
  const ClientCounters& counters() const { return client_->counters(); }
  const ClientContract& contract() const { return contract_; }
  TimePoint now() const { return now_; }

  void expect_nothing_left() {
    EXPECT_EQ(client_->locals(), 0u);
    EXPECT_EQ(client_->server_connections(), 0u);
    EXPECT_EQ(client_->timers(), 0u);
    EXPECT_EQ(client_->counters().waiting, 0u);
    EXPECT_EQ(client_->counters().associations_begun, client_->counters().associations_ended);
    contract_.expect_nothing_left();
  }

 private:
  template <class Fact>
  ClientScript& told(Fact&& fact) {
    out_.clear();
    orders_.clear();
    fact(out_);
    for (const auto& action : out_) {
      orders_.push_back(in_words(action));
      contract_.carry_out(action);
      if (const auto* dial = std::get_if<client::Connect>(&action)) dialled_ = dial->connection;
      if (const auto* write = std::get_if<client::WriteServer>(&action)) {
        append(written_[write->connection], write->head.view());
        append(written_[write->connection], write->payload);
      }
    }
    return *this;
  }
  // `octets` are viewed from a buffer of their exact size that is gone afterwards.
  template <class Fact>
  ClientScript& told_of(const Octets& octets, Fact&& fact) {
    const Bytes exact = octets.bytes;
    return told([&](auto& out) { fact(exact, out); });
  }

  std::unique_ptr<ClientSettings> settings_;
  std::unique_ptr<Client> client_;
  ClientContract contract_;
  TimePoint now_{1h};
  std::uint64_t last_local_ = 0;
  ConnectionId dialled_{};
  std::map<ConnectionId, Bytes> written_;
  ClientActions out_;
  Orders orders_;
};

}  // namespace fullcone
