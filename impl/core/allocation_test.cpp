// A steady flow of datagrams allocates nothing: neither on the server nor on the client, in either
// direction, with a list of orders that is used again and again.
#include <gtest/gtest.h>

#include "core/client.hpp"
#include "core/server.hpp"
#include "core/testing/allocations.hpp"
#include "core/testing/server_script.hpp"

namespace fullcone {
namespace {

const Bytes kPayload(1200, 'x');

TEST(Allocation, ACountIsTaken) {
  Bytes held;
  EXPECT_GE(allocations_of([&] { held = frame(kPayload); }), 1000u);
  EXPECT_EQ(held, frame(kPayload));
}

TEST(Allocation, NoneOnTheServerForEitherVersion) {
  const auto settings = open_settings();
  const auto users = alice_and_bob();
  Server server(settings, *users, {}, 11);
  ServerActions out;
  TimePoint now{1h};
  const ConnectionId crumfurs{1}, channel{2}, v0{3};
  const std::pair<ConnectionId, Bytes> requests[] = {
      {crumfurs, crumfurs_request()}, {channel, udp_request(kA)}, {v0, v0_udp_request(kA)}};
  for (const auto& [id, octets] : requests) {
    server.on_accepted(id, now, out);
    server.on_bytes(id, octets, now, out);
  }
  const Bytes frames = frame(kPayload) + frame("") + frame(kPayload);
  const auto round = [&] {
    now += 1ms;
    for (const auto id : {channel, v0}) {
      out.clear();
      server.on_bytes(id, frames, now, out);
    }
    for (const auto mapping : {MappingId{1}, MappingId{2}}) {
      for (const auto& peer : {kA, kB, kC, kD}) {  // known and unknown
        out.clear();
        server.on_datagram(mapping, peer, kPayload, now, out);
      }
    }
    for (const auto id : {crumfurs, channel, v0}) server.on_written(id, 10'000);
    server.on_deadline(now, out);
  };
  EXPECT_EQ(allocations_of(round), 0u);
  EXPECT_EQ(server.counters().datagrams_sent, 2u * 3 * 1100);
  EXPECT_EQ(server.counters().delivered_on_channel, 2u * 1100);
  EXPECT_EQ(server.counters().delivered_on_crumfurs, 3u * 1100);
}

TEST(Allocation, NoneOnTheClient) {
  const ClientSettings settings{.version = 1,
                                .user = kAlice,
                                .mapping = MappingPolicy::by_destination,
                                .credentials = {},
                                .limits = {}};
  Client client(settings, 5);
  ClientActions out;
  TimePoint now{1h};
  const LocalId app{1};
  const Endpoint app_socket = at("127.0.0.1:4000");
  client.on_local_accepted(app, at("127.0.0.1:3999"), at("127.0.0.1:1080"), now, out);
  client.on_local_bytes(app, Bytes{5, 1, 0}, now, out);
  client.on_local_bytes(app, Bytes{5, 3, 0, 1, 0, 0, 0, 0, 0, 0}, now, out);
  const Bytes datagram = to_bytes(socks5::encode_udp_head(kA).view()) + kPayload;
  const ConnectionId crumfurs{1}, channel{2};
  client.on_app_datagram(app, app_socket, datagram, now, out);
  client.on_server_connected(crumfurs, now, out);
  client.on_server_bytes(crumfurs, kEstablished, now, out);
  client.on_server_connected(channel, now, out);

  const Bytes frames = frame(kPayload) + frame(kPayload);
  const Bytes messages = umfurs(kB, kPayload) + umfurs(kF, kPayload);
  const auto round = [&] {
    now += 1ms;
    out.clear();
    client.on_app_datagram(app, app_socket, datagram, now, out);
    out.clear();
    client.on_server_bytes(channel, frames, now, out);
    client.on_server_bytes(crumfurs, messages, now, out);
    client.on_server_written(channel, 10'000);
    client.on_deadline(now, out);
  };
  EXPECT_EQ(allocations_of(round), 0u);
  EXPECT_EQ(client.counters().sent_on_channel, 1101u);
  EXPECT_EQ(client.counters().to_app, 4u * 1100);
}

}  // namespace
}  // namespace fullcone
