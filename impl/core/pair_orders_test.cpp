// What the two machines of testing/pair.hpp order, carried out in memory.
#include "core/testing/pair.hpp"

namespace fullcone {

// ----- what the client orders

void Pair::carry_out(const client::Action& action) {
  const auto half_close = [this](ConnectionId link) {
    later_at_server(link, [this, link](Server& server, auto& out) {
      server.on_end_of_stream(link, now_, out);
    });
  };
  const auto open_relay = [this](LocalId app) {
    later([this, app] {
      tell([&](Client& client, auto& out) { client.on_relay_opened(app, kRelay, now_, out); });
    });
  };
  std::visit(Overloaded{
                 [&](const client::Connect& a) { connect(a.connection); },
                 [&](const client::WriteServer& a) { write(a); },
                 [&](const client::HalfCloseServer& a) { half_close(a.connection); },
                 [&](const client::CloseServer& a) { close(a); },
                 [&](const client::WriteLocal& a) { write(a); },
                 [&](const client::HalfCloseLocal& a) { streams_[a.local] += "<end>"; },
                 [&](const client::CloseLocal& a) {
                   streams_[a.local] += a.kind == CloseKind::clean ? "<end>" : "<cut>";
                 },
                 [](const client::PauseLocal&) {},
                 [](const client::ResumeLocal&) {},
                 [](const client::Splice&) {},
                 [&](const client::OpenRelay& a) { open_relay(a.local); },
                 [&](const client::SendToApp& a) { deliver(a); },
                 [](const client::CloseRelay&) {},
             },
             action);
}

void Pair::connect(ConnectionId link) {
  links_[link] = {.shard = static_cast<unsigned>(link) % static_cast<unsigned>(servers_.size())};
  later_at_client(link, [this, link](Client& client, auto& out) {
    if (refusing_) {
      links_.at(link) = {.client_gone = true, .server_gone = true};
      client_contract_.lost(link);
      return client.on_server_failed(link, ConnectFailure::refused, now_, out);
    }
    up_.insert(link);
    server_contracts_[links_.at(link).shard].opened(link);
    tell(links_.at(link).shard,
         [&](Server& server, auto& orders) { server.on_accepted(link, now_, orders); });
    client_contract_.connected(link);
    client.on_server_connected(link, now_, out);
  });
}

void Pair::write(const client::WriteServer& order) {
  const auto link = order.connection;
  if (links_.at(link).server_gone) return lose_at_client(link);
  later_at_server(link, [this, link, octets = to_bytes(order.head.view()) + order.payload](
                            Server& server, auto& out) {
    server.on_bytes(link, octets, now_, out);
    if (!client_.on_server_written(link, octets.size())) return;
    later_at_client(link, [this, link](Client& client, auto& room) {
      client.on_server_room(link, now_, room);
    });
  });
}

// An app reads at once.
void Pair::write(const client::WriteLocal& order) {
  streams_[order.local] += as_text(order.bytes);
  later([this, app = order.local, octets = order.bytes.size()] {
    const auto link = client_.on_local_written(app, octets);
    if (link) tell([&](Client& client, auto& out) { client.on_server_room(*link, now_, out); });
  });
}

void Pair::close(const client::CloseServer& order) {
  const auto link = order.connection;
  links_.at(link).client_gone = true;
  up_.erase(link);
  if (order.kind == CloseKind::abort) return lose_at_server(link);
  later_at_server(
      link, [this, link](Server& server, auto& out) { server.on_end_of_stream(link, now_, out); });
}

void Pair::deliver(const client::SendToApp& order) {
  const Bytes datagram = to_bytes(order.head.view()) + order.payload;
  const auto parsed = socks5::parse_udp_datagram(datagram);
  const auto& message = std::get<socks5::UdpDatagram>(parsed);
  inboxes_[order.local].push_back({message.destination, std::string(as_text(message.payload))});
}

// ----- what a server orders

void Pair::carry_out(unsigned shard, server::Action& action) {
  const auto end_of_stream = [this](Client& client, ConnectionId link, ClientActions& out) {
    client.on_server_end_of_stream(link, now_, out);
  };
  std::visit(Overloaded{
                 [&](const server::Write& a) { write(a); },
                 [&](const server::HalfClose& a) {
                   later_at_client(a.connection,
                                   [=, link = a.connection](Client& client, auto& out) {
                                     end_of_stream(client, link, out);
                                   });
                 },
                 [&](const server::Close& a) { close(a); },
                 [](const server::PauseReading&) {},
                 [](const server::ResumeReading&) {},
                 [&](server::HandOver& a) { hand_over(a); },
                 [&](const server::Resolve& a) { resolve(a); },
                 [&](const server::DialTarget& a) { dial(a); },
                 [&](const server::WriteTarget& a) {
                   later_at_target(a.target, [this, target = a.target, echo = to_bytes(a.bytes)](
                                                 Server& server, auto& out) {
                     if (const auto link = server.on_target_written(target, echo.size())) {
                       server.on_room(*link, now_, out);
                     }
                     server.on_target_bytes(target, echo, now_, out);
                   });
                 },
                 [&](const server::HalfCloseTarget& a) {
                   later_at_target(a.target, [this, target = a.target](Server& server, auto& out) {
                     server.on_target_end_of_stream(target, now_, out);
                   });
                 },
                 [](const server::PauseTarget&) {},
                 [](const server::ResumeTarget&) {},
                 [](const server::CloseTarget&) {},
                 [&](const server::OpenMapping& a) {
                   ports_[external(shard, a.mapping, a.family)] = {shard, a.mapping};
                 },
                 [&](const server::SendDatagram& a) { send(shard, a); },
                 [&](const server::CloseMapping& a) {
                   std::erase_if(ports_, [&](const auto& port) {
                     return port.second == std::pair{shard, a.mapping};
                   });
                 },
             },
             action);
}

void Pair::write(const server::Write& order) {
  const auto link = order.connection;
  if (links_.at(link).client_gone) return lose_at_server(link);
  later_at_client(link, [this, link, octets = to_bytes(order.head.view()) + order.payload](
                            Client& client, auto& out) {
    client.on_server_bytes(link, octets, now_, out);
    const unsigned shard = links_.at(link).shard;
    if (!servers_[shard]->on_written(link, octets.size())) return;
    later_at_server(link,
                    [this, link](Server& server, auto& room) { server.on_room(link, now_, room); });
  });
}

void Pair::close(const server::Close& order) {
  const auto link = order.connection;
  links_.at(link).server_gone = true;
  if (order.kind == CloseKind::abort) return lose_at_client(link);
  later_at_client(link, [this, link](Client& client, auto& out) {
    client.on_server_end_of_stream(link, now_, out);
  });
}

// What is on its way already finds the connection on its new shard.
void Pair::hand_over(server::HandOver& order) {
  const auto link = order.connection;
  links_.at(link).shard = order.shard;
  facts_.push_front([this, link, request = std::move(order.request)] {
    const unsigned shard = links_.at(link).shard;
    server_contracts_[shard].opened(link);
    tell(shard, [&](Server& server, auto& out) { server.on_adopted(link, request, now_, out); });
  });
}

void Pair::resolve(const server::Resolve& order) {
  const auto link = order.lookup.connection;
  later_at_server(link, [this, link, order](Server& server, auto& out) {
    server_contracts_[links_.at(link).shard].resolved(order.lookup);
    const auto known = names_.find(order.host);
    const auto addresses =
        known == names_.end() ? std::vector<IpAddress>{} : std::vector{known->second};
    server.on_resolved(order.lookup, addresses, now_, out);
  });
}

void Pair::later_at_target(TargetId target, ToServer fact) {
  later([this, target, fact = std::move(fact)] {
    const unsigned shard = links_.at(target.connection).shard;
    if (server_contracts_[shard].targets().contains(target)) tell(shard, fact);
  });
}

void Pair::dial(const server::DialTarget& order) {
  const auto target = order.target;
  const bool refuses = order.endpoint.port == 1;
  later_at_target(target, [this, target, refuses](Server& server, auto& out) {
    auto& contract = server_contracts_[links_.at(target.connection).shard];
    if (refuses) {
      contract.target_gone(target);
      server.on_target_failed(target, now_, out);
    } else {
      contract.target_connected(target);
      server.on_target_connected(target, now_, out);
    }
  });
}

// An external port is a destination like any other.
void Pair::send(unsigned shard, const server::SendDatagram& order) {
  const Endpoint from = external(shard, order.mapping, order.destination.family());
  if (ports_.contains(order.destination)) return peer_sends(from, order.destination, order.payload);
  peers_[order.destination].push_back({from, std::string(as_text(order.payload))});
}

Endpoint Pair::external(unsigned shard, MappingId mapping, Family family) const {
  const auto port = static_cast<std::uint16_t>(20'000 + static_cast<std::uint64_t>(mapping));
  const auto host = std::to_string(1 + shard);
  return {ip(family == Family::ipv4 ? "203.0.113." + host : "2001:db8:1::" + host), port};
}

std::set<Endpoint> Pair::external_ports() const {
  std::set<Endpoint> open;
  for (const auto& [port, owner] : ports_) open.insert(port);
  return open;
}

}  // namespace fullcone
