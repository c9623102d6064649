// One server shard put through a story: facts in, orders out, time at hand.
//
//   ServerScript server;
//   const auto a = server.accept();
//   server.client_sends(a, crumfurs_request()).expect(write(a, kEstablished));
//
// Each fact forgets the orders of the one before. What a fact views is gone after it, so that the
// sanitizer sees an order that views it later.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/server.hpp"
#include "core/testing/requests.hpp"
#include "core/testing/server_contract.hpp"

namespace fullcone {

// Any address may be reached, as on a machine that tests itself.
inline ServerSettings open_settings() {
  ServerSettings settings;
  settings.egress = EgressPolicy();
  return settings;
}

inline std::shared_ptr<UserDirectory> alice_and_bob() {
  const std::vector<User> users{{"alice", kAlice}, {"bob", kBob}};
  return std::make_shared<UserDirectory>(users, 7);
}

// Every datagram counted where it came in is counted once more where it ended.
inline void expect_counters_add_up(const ServerCounters& c) {
  EXPECT_EQ(c.frames_in, c.frames_ended());
  EXPECT_EQ(c.datagrams_in, c.datagrams_ended());
}

class ServerScript {
 public:
  struct Channel {
    ConnectionId connection{};
    MappingId mapping{};
  };

  explicit ServerScript(ServerSettings settings = open_settings(), Server::Shard shard = {},
                        std::shared_ptr<UserDirectory> users = alice_and_bob())
      : settings_(std::make_unique<ServerSettings>(std::move(settings))),
        users_(std::move(users)),
        server_(std::make_unique<Server>(*settings_, *users_, shard, 11)),
        next_connection_(1000 * std::uint64_t{shard.index}) {}
  ~ServerScript() { expect_counters_add_up(server_->counters()); }
  ServerScript(const ServerScript&) = delete;
  ServerScript& operator=(const ServerScript&) = delete;

  // ----- facts about a client's connection
  ConnectionId accept() {
    const ConnectionId id{++next_connection_};
    contract_.opened(id);
    told([&](auto& out) { server_->on_accepted(id, now_, out); });
    return id;
  }
  ServerScript& adopts(ConnectionId id, server::ParkedRequest request) {
    contract_.opened(id);
    return told([&](auto& out) { server_->on_adopted(id, std::move(request), now_, out); });
  }
  ServerScript& client_sends(ConnectionId id, const Octets& octets) {
    return told_of(octets,
                   [&](ByteView view, auto& out) { server_->on_bytes(id, view, now_, out); });
  }
  ServerScript& client_ends(ConnectionId id) {
    return told([&](auto& out) { server_->on_end_of_stream(id, now_, out); });
  }
  ServerScript& client_is_cut(ConnectionId id) {
    contract_.lost(id);
    return told([&](auto& out) { server_->on_connection_lost(id, now_, out); });
  }
  ServerScript& leaves_queue(ConnectionId id, std::size_t octets) {
    return told([&](auto& out) {
      if (server_->on_written(id, octets)) server_->on_room(id, now_, out);
    });
  }

  // ----- facts about its names and targets
  ServerScript& resolves(LookupId id, const std::vector<IpAddress>& addresses) {
    contract_.resolved(id);
    return told([&](auto& out) { server_->on_resolved(id, addresses, now_, out); });
  }
  ServerScript& target_connects(TargetId id) {
    contract_.target_connected(id);
    return told([&](auto& out) { server_->on_target_connected(id, now_, out); });
  }
  ServerScript& target_fails(TargetId id) {
    contract_.target_gone(id);
    return told([&](auto& out) { server_->on_target_failed(id, now_, out); });
  }
  ServerScript& target_sends(TargetId id, const Octets& octets) {
    return told_of(
        octets, [&](ByteView view, auto& out) { server_->on_target_bytes(id, view, now_, out); });
  }
  ServerScript& target_ends(TargetId id) {
    return told([&](auto& out) { server_->on_target_end_of_stream(id, now_, out); });
  }
  ServerScript& leaves_target_queue(TargetId id, std::size_t octets) {
    return told([&](auto& out) {
      if (const auto room = server_->on_target_written(id, octets)) {
        server_->on_room(*room, now_, out);
      }
    });
  }
  ServerScript& target_is_cut(TargetId id) {
    contract_.target_gone(id);
    return told([&](auto& out) { server_->on_target_lost(id, now_, out); });
  }

  // ----- facts about external ports
  ServerScript& peer_sends(const Endpoint& peer, MappingId to, const Octets& payload) {
    return told_of(payload, [&](ByteView view, auto& out) {
      server_->on_datagram(to, peer, view, now_, out);
    });
  }
  ServerScript& mapping_fails(MappingId id) {
    contract_.mapping_gone(id);
    return told([&](auto& out) { server_->on_mapping_failed(id, now_, out); });
  }
  ServerScript& sending_fails(MappingId id) {
    server_->on_send_failed(id);
    return *this;
  }

  // Lets time pass; the server is woken whenever it asked to be.
  ServerScript& wait(Duration duration) {
    const TimePoint end = now_ + duration;
    return told([&](auto& out) {
      for (int woken = 0; server_->next_deadline() && *server_->next_deadline() <= end; ++woken) {
        ASSERT_LT(woken, 100'000) << "it never stops asking to be woken";
        now_ = std::max(now_, *server_->next_deadline());
        server_->on_deadline(now_, out);
      }
      now_ = end;
    });
  }
  ServerScript& closes_all() {
    return told([&](auto& out) { server_->close_all(out); });
  }

  // ----- what a story begins with
  ConnectionId open_crumfurs(const SessionId& session = kGame,
                             MappingPolicy mapping = MappingPolicy::by_destination,
                             const Uuid& user = kAlice) {
    const auto id = accept();
    client_sends(id, crumfurs_request(session, mapping, user));
    EXPECT_TRUE(!orders_.empty() && std::ranges::count(orders_, write(id, kEstablished)) == 1);
    return id;
  }
  // With a first datagram, "hi".
  Channel open_channel(const Endpoint& to, const SessionId& session = kGame,
                       const Uuid& user = kAlice) {
    return open_channel_with(udp_request(to, session, user));
  }
  Channel open_channel_with(const Bytes& request) {
    const auto id = accept();
    client_sends(id, request + frame("hi"));
    const auto mapping = sent_from();
    EXPECT_TRUE(mapping) << "the channel was refused";
    return {id, mapping.value_or(MappingId{})};
  }
  // The mapping of the last datagram sent among the orders at hand.
  std::optional<MappingId> sent_from() const { return sent_from_; }

  // ----- what came of the last fact
  template <class... Expected>
  ServerScript& expect(const Expected&... expected) {
    EXPECT_EQ(orders_, (Orders{expected...}));
    return *this;
  }
  ServerScript& expect_silence() { return expect(); }
  const Orders& orders() const { return orders_; }
  std::optional<server::ParkedRequest> take_parked() { return std::exchange(parked_, {}); }

  Server& core() { return *server_; }
  const ServerCounters& counters() const { return server_->counters(); }
  UserDirectory& users() { return *users_; }
  const ServerContract& contract() const { return contract_; }
  TimePoint now() const { return now_; }

  void expect_nothing_left() {
    EXPECT_EQ(server_->connections(), 0u);
    EXPECT_EQ(server_->sessions(), 0u);
    EXPECT_EQ(server_->mappings(), 0u);
    EXPECT_EQ(server_->timers(), 0u);
    EXPECT_EQ(server_->counters().queued_in_grace, 0u);
    EXPECT_EQ(server_->counters().sessions_begun, server_->counters().sessions_ended);
    EXPECT_EQ(users_->unauthenticated().held() + users_->visitors().held(), 0u);
    for (const UserId user : {UserId{0}, UserId{1}}) {
      EXPECT_EQ(users_->connections(user).held(), 0u);
      EXPECT_EQ(users_->sessions(user).held(), 0u);
    }
    contract_.expect_nothing_left();
  }

 private:
  template <class Fact>
  ServerScript& told(Fact&& fact) {
    out_.clear();
    orders_.clear();
    sent_from_.reset();
    fact(out_);
    for (auto& action : out_) note(action);
    return *this;
  }
  // `octets` are viewed from a buffer of their exact size that is gone afterwards.
  template <class Fact>
  ServerScript& told_of(const Octets& octets, Fact&& fact) {
    const Bytes exact = octets.bytes;
    return told([&](auto& out) { fact(exact, out); });
  }
  void note(server::Action& action) {
    orders_.push_back(in_words(action));
    contract_.carry_out(action);
    if (const auto* sent = std::get_if<server::SendDatagram>(&action)) sent_from_ = sent->mapping;
    if (auto* handed = std::get_if<server::HandOver>(&action)) parked_ = std::move(handed->request);
  }

  std::unique_ptr<ServerSettings> settings_;
  std::shared_ptr<UserDirectory> users_;
  std::unique_ptr<Server> server_;
  ServerContract contract_;
  TimePoint now_{1h};
  std::uint64_t next_connection_;
  ServerActions out_;
  Orders orders_;
  std::optional<MappingId> sent_from_;
  std::optional<server::ParkedRequest> parked_;
};

}  // namespace fullcone
