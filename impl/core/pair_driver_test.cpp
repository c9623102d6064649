// The bodies of testing/pair.hpp, but for the orders: they are in pair_orders_test.cpp.
#include <algorithm>

#include "core/testing/pair.hpp"

namespace fullcone {

Pair::Pair(ClientSettings client, ServerSettings server, unsigned shards, std::uint64_t seed)
    : client_settings_(std::move(client)),
      server_settings_(std::move(server)),
      client_(client_settings_, seed),
      server_contracts_(shards) {
  for (unsigned i = 0; i < shards; ++i) {
    servers_.push_back(
        std::make_unique<Server>(server_settings_, *users_, Server::Shard{i, shards}, seed + i));
  }
}

Pair::~Pair() {
  expect_counters_add_up(client_.counters());
  for (auto& server : servers_) expect_counters_add_up(server->counters());
}

// ----- apps and peers

LocalId Pair::app_connects() {
  const LocalId app{++last_local_};
  client_contract_.opened(app);
  tell([&](Client& client, auto& out) { client.on_local_accepted(app, kApp, kSocks, now_, out); });
  return app;
}

void Pair::app_sends(LocalId app, const Octets& octets) {
  tell([&](Client& client, auto& out) { client.on_local_bytes(app, octets.bytes, now_, out); });
}

void Pair::app_ends(LocalId app) {
  tell([&](Client& client, auto& out) { client.on_local_end_of_stream(app, now_, out); });
}

void Pair::app_is_cut(LocalId app) {
  client_contract_.lost(app);
  tell([&](Client& client, auto& out) { client.on_local_lost(app, now_, out); });
}

void Pair::client_closes_all() {
  tell([](Client& client, auto& out) { client.close_all(out); });
}

LocalId Pair::associate() {
  const auto app = app_connects();
  app_sends(app, Bytes{5, 1, 0} + socks_request(socks5::Command::udp_associate, Endpoint{}));
  drive();
  take_stream(app);
  return app;
}

void Pair::app_sends_to(LocalId app, const Destination& peer, const Octets& payload) {
  const Bytes datagram = socks_datagram(peer, payload);
  tell([&](Client& client, auto& out) {
    client.on_app_datagram(app, kAppSocket, datagram, now_, out);
  });
}

void Pair::peer_sends(const Endpoint& peer, const Endpoint& to, const Octets& payload) {
  const auto port = ports_.find(to);
  if (port == ports_.end()) return;
  later([this, peer, payload, port = port->second] {
    tell(port.first, [&](Server& server, auto& out) {
      server.on_datagram(port.second, peer, payload.bytes, now_, out);
    });
  });
}

// ----- time

bool Pair::deliver_one() {
  if (facts_.empty()) return false;
  const Fact fact = std::move(facts_.front());
  facts_.pop_front();
  fact();
  return true;
}

void Pair::drive() {
  for (int facts = 0; deliver_one(); ++facts) ASSERT_LT(facts, 1'000'000) << "it never ends";
}

void Pair::wait(Duration duration) {
  const TimePoint end = now_ + duration;
  for (;;) {
    drive();
    auto next = client_.next_deadline().value_or(TimePoint::max());
    for (const auto& server : servers_) {
      next = std::min(next, server->next_deadline().value_or(TimePoint::max()));
    }
    if (next > end) break;
    now_ = std::max(now_, next);
    tell([&](Client& client, auto& out) { client.on_deadline(now_, out); });
    for (unsigned shard = 0; shard < servers_.size(); ++shard) {
      tell(shard, [&](Server& server, auto& out) { server.on_deadline(now_, out); });
    }
  }
  now_ = end;
}

void Pair::expect_nothing_left() {
  drive();
  EXPECT_EQ(client_.locals() + client_.server_connections() + client_.timers(), 0u);
  client_contract_.expect_nothing_left();
  for (const auto& server : servers_) {
    EXPECT_EQ(server->connections() + server->sessions() + server->mappings(), 0u);
    EXPECT_EQ(server->timers(), 0u);
  }
  for (const auto& contract : server_contracts_) contract.expect_nothing_left();
  EXPECT_EQ(users_->connections(UserId{0}).held(), 0u);
  EXPECT_EQ(users_->sessions(UserId{0}).held(), 0u);
  EXPECT_EQ(users_->unauthenticated().held() + users_->visitors().held(), 0u);
}

// ----- facts

void Pair::tell(const ToClient& fact) {
  ClientActions out;
  fact(client_, out);
  for (const auto& action : out) {
    client_contract_.carry_out(action);
    carry_out(action);
  }
}

void Pair::tell(unsigned shard, const ToServer& fact) {
  ServerActions out;
  fact(*servers_[shard], out);
  for (auto& action : out) {
    server_contracts_[shard].carry_out(action);
    carry_out(shard, action);
  }
}

void Pair::later_at_client(ConnectionId link, ToClient fact) {
  later([this, link, fact = std::move(fact)] {
    if (!links_.at(link).client_gone) tell(fact);
  });
}

void Pair::later_at_server(ConnectionId link, ToServer fact) {
  later([this, link, fact = std::move(fact)] {
    if (!links_.at(link).server_gone) tell(links_.at(link).shard, fact);
  });
}

void Pair::lose_at_client(ConnectionId link) {
  later_at_client(link, [this, link](Client& client, auto& out) {
    links_.at(link).client_gone = true;
    up_.erase(link);
    client_contract_.lost(link);
    client.on_server_lost(link, now_, out);
  });
}

void Pair::lose_at_server(ConnectionId link) {
  later_at_server(link, [this, link](Server& server, auto& out) {
    links_.at(link).server_gone = true;
    server_contracts_[links_.at(link).shard].lost(link);
    server.on_connection_lost(link, now_, out);
  });
}

void Pair::cut(ConnectionId link) {
  lose_at_server(link);
  lose_at_client(link);
}

}  // namespace fullcone
