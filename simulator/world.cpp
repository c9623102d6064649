#include "simulator/world.hpp"

#include <string>
#include <utility>

#include "simulator/address_plan.hpp"
#include "simulator/invariants.hpp"

namespace fullcone::sim {

World::World(std::uint64_t seed, const WorldSettings& settings)
    : seed_(seed),
      events_(settings.shuffle_ties ? std::optional(seed_for(seed, "ties")) : std::nullopt),
      network_(events_, trace_, seed),
      judge_(trace_, zone_),
      script_lane_(events_.new_lane()) {
  if (!settings.judged) {
    judge_.findings.mute();
    judge_.ledger.stop();
  }
  network_.watch({
      .sent =
          [this](const Packet& p) {
            judge_.ledger.on_sent(p.from, p.to, p.payload.content(), now());
          },
      .duplicated =
          [this](const Packet& p) {
            judge_.ledger.on_duplicated(p.from, p.to, p.payload.content());
          },
  });
}

// ----- time

bool World::run_until(const std::function<bool()>& predicate, Duration limit) {
  const TimePoint end = now() + limit;
  while (!predicate()) {
    if (events_.step(end)) continue;
    rest_until(end);
    return false;
  }
  return true;
}

void World::run_for(Duration duration) {
  const TimePoint end = now() + duration;
  while (events_.step(end)) {
  }
  rest_until(end);
}

// What multiplies without end would take all memory; it is a finding, and the run is over.
void World::rest_until(TimePoint end) {
  if (events_.overflows() && !std::exchange(overflowed_, true)) {
    judge_.findings.add(
        now(), "INVARIANT",
        std::to_string(events_.pending()) + " events wait: there is no end to them");
  }
  events_.rest_until(end);
}

void World::after(Duration delay, std::function<void()> action) {
  events_.after(delay, script_lane_, std::move(action));
}

// ----- servers and clients

ServerNode& World::server() {
  if (!servers_.empty()) return servers_.front();
  return server({}, {new_user("first")});
}

ServerNode& World::server(const ServerSettings& settings, const std::vector<User>& users,
                          const LinkSettings& link) {
  const auto number = static_cast<std::uint32_t>(servers_.size() + 1);
  Host& host = network_.add_host(link);
  const std::string name = "server" + std::to_string(number);
  const IpAddress v4 = address(Family::ipv4, kServers, number);
  const IpAddress v6 = address(Family::ipv6, kServers, number);
  network_.give_address(host, v4, name);
  network_.give_address(host, v6, name + "v6");
  return servers_.emplace_back(network_, judge_, zone_, ServerNode::Place{host, v4, v6}, settings,
                               users, seed_for(seed_, "server", number));
}

User World::new_user(std::string name) {
  Random random = random_for(seed_, "user", ++users_made_);
  User user{std::move(name), {}};
  for (auto& octet : user.uuid.octets) octet = static_cast<std::uint8_t>(random.next() >> 56);
  return user;
}

ClientNode& World::client(const LinkSettings& link, ClientSettings settings, ServerNode* node) {
  ServerNode& chosen = node != nullptr ? *node : server();
  if (settings.user == Uuid{}) settings.user = chosen.users().front().uuid;
  return new_client(chosen.listening(), std::move(settings), link, nullptr);
}

ClientNode& World::client(Router& behind, const LinkSettings& link, ClientSettings settings,
                          ServerNode* node) {
  ServerNode& chosen = node != nullptr ? *node : server();
  if (settings.user == Uuid{}) settings.user = chosen.users().front().uuid;
  return new_client(chosen.listening(), std::move(settings), link, &behind);
}

ClientNode& World::client_against(FakeServer& fake, ClientSettings settings,
                                  const LinkSettings& link) {
  if (settings.user == Uuid{}) settings.user = new_user("by hand").uuid;
  return new_client(fake.endpoint(), std::move(settings), link, nullptr);
}

ClientNode& World::new_client(const Endpoint& server, ClientSettings settings,
                              const LinkSettings& link, Router* behind) {
  const auto number = static_cast<std::uint32_t>(clients_.size() + 1);
  Host& host = network_.add_host(link, behind);
  const std::string name = "client" + std::to_string(number);
  const IpAddress ip =
      behind != nullptr ? private_address() : address(server.family(), kClients, number);
  const IpAddress local = IpAddress::v4(10, static_cast<std::uint8_t>(number >> 8),
                                        static_cast<std::uint8_t>(number), 1);
  network_.give_address(host, ip, name);
  network_.give_address(host, local, name + "lan");
  return clients_.emplace_back(network_, judge_, ClientNode::Place{host, ip, local}, server,
                               std::move(settings), seed_for(seed_, "client", number));
}

// ----- by hand

RawStream& World::connect_to_server(Family family) { return connect_to_server(server(), family); }

RawStream& World::connect_to_server(ServerNode& server, Family family) {
  judge_.ledger.stop();
  Host*& host = hand_host_;
  if (host == nullptr) {
    host = &network_.add_host({});
    for (const Family each : {Family::ipv4, Family::ipv6}) {
      network_.give_address(*host, address(each, kClients, 0xffff), "hand");
    }
  }
  return dial(address(family, kClients, 0xffff), server.listening(family), 2);
}

FakeServer& World::fake_server(Family family) {
  judge_.ledger.stop();
  const auto number = static_cast<std::uint32_t>(0xff00 + fake_servers_.size());
  const IpAddress ip = address(family, kServers, number);
  network_.give_address(network_.add_host({}), ip,
                        "fake" + std::to_string(fake_servers_.size() + 1));
  return fake_servers_.emplace_back(network_, Endpoint{ip, 443});
}

RawStream& World::connect_to_client(ClientNode& client, std::optional<IpAddress> app_ip) {
  judge_.ledger.stop();
  return dial(app_ip.value_or(client.listening().ip), client.listening(), 1);
}

Peer& World::socket_beside(ClientNode& client, std::optional<IpAddress> app_ip) {
  const IpAddress ip = app_ip.value_or(client.listening().ip);
  return peers_.emplace_back(network_, Endpoint{ip, network_.next_port(ip)});
}

RawStream& World::dial(const IpAddress& from, const Endpoint& to, unsigned round_trips) {
  return raw_streams_.emplace_back(
      network_.dial({from, network_.next_port(from)}, to, {.handshake_round_trips = round_trips}),
      RawStream::State::connecting);
}

// ----- judgement

bool World::expect(bool holds, std::string_view what) {
  if (!holds) judge_.findings.add(now(), "STORY", std::string(what));
  return holds;
}

void World::tell_story(std::string_view what) {
  trace_.add({now(), TraceKind::story, {}, {}, {}, what});
}

// Where a path loses everything, and streams of one connection wait for each other, what they hold
// takes its time; and from then on there is as much time again.
void World::wait_for_streams(Duration step) {
  constexpr int kMostSteps = 100;
  if (!network_.any_stream_carries()) return;
  for (int i = 0; i < kMostSteps && network_.any_stream_carries(); ++i) run_for(step);
  run_for(step);
}

void World::finish() {
  tell_story("everyone leaves");
  for (ClientNode& client : clients_) {
    for (UdpApp& app : client.udp_apps()) app.quit();
    for (TcpApp& app : client.tcp_apps()) app.quit();
  }
  for (RawStream& stream : raw_streams_) stream.close_clean();
  for (TcpTarget& target : targets_) {
    for (RawStream& stream : target.listener().streams()) stream.close_clean();
  }
  Duration patience = 10min;
  for (const ServerNode& server : servers_) patience += server.settings().limits.session.grace;
  run_for(patience);
  wait_for_streams(patience);
  for (ServerNode& server : servers_) {
    if (server.running()) {
      check_nothing_left(server.core(), server.model(), now(), judge_.findings);
    }
  }
  for (const ClientNode& client : clients_) {
    if (client.running()) check_nothing_left(client.core(), now(), judge_.findings);
  }
}

}  // namespace fullcone::sim
