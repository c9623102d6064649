// A steady flow of datagrams allocates nothing: neither on the server nor on the client, in either
// direction, with a list of orders that is used again and again.
#include <gtest/gtest.h>

#include "core/client.hpp"
#include "core/server.hpp"
#include "core/testing/allocations.hpp"
#include "core/testing/mux_end.hpp"
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
    for (const auto id : {crumfurs, channel, v0}) EXPECT_FALSE(server.on_written(id, 10'000));
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
    EXPECT_FALSE(client.on_server_written(channel, 10'000));
    client.on_deadline(now, out);
  };
  EXPECT_EQ(allocations_of(round), 0u);
  EXPECT_EQ(client.counters().sent_on_channel, 1101u);
  EXPECT_EQ(client.counters().to_app, 4u * 1100);
}

// In a connection that is written at once, and in one whose datagrams wait behind a transfer.
TEST(Allocation, NoneByMuxOnTheServer) {
  const auto settings = open_settings();
  const auto users = alice_and_bob();
  Server server(settings, *users, {}, 11);
  ServerActions out;
  TimePoint now{1h};
  const ConnectionId mux{1};
  const TargetId target(mux, mux::StreamId{2});
  server.on_accepted(mux, now, out);
  server.on_bytes(mux, request(1, kAlice, {}, {}, Command::mux, {}), now, out);
  server.on_bytes(mux, open_frame(1) + open_frame(2, kB) + datagram_frame(1, kA, "first"), now,
                  out);
  server.on_target_connected(target, now, out);
  const Bytes frames = datagram_frame(1, kA, kPayload) + datagram_frame(1, kB, "");
  const auto round = [&] {
    now += 1ms;
    out.clear();
    server.on_bytes(mux, frames, now, out);
    out.clear();
    for (const auto& peer : {kA, kC}) server.on_datagram(MappingId{1}, peer, kPayload, now, out);
    if (server.on_written(mux, 3'000)) {
      out.clear();
      server.on_room(mux, now, out);
    }
    server.on_deadline(now, out);
  };
  EXPECT_EQ(allocations_of(round), 0u);
  server.on_target_bytes(target, Bytes(200'000), now, out);
  EXPECT_EQ(allocations_of(round), 0u);
  EXPECT_EQ(server.counters().datagrams_sent, 1u + 2 * 2200);
  EXPECT_EQ(server.counters().delivered_on_mux + server.counters().dropped_mux_full, 2u * 2200);
}

TEST(Allocation, NoneByMuxOnTheClient) {
  ClientSettings settings;
  settings.user = kAlice;
  settings.udp = UdpMode::mux;
  Client client(settings, 5);
  ClientActions out;
  TimePoint now{1h};
  const LocalId app{1};
  const Endpoint app_socket = at("127.0.0.1:4000");
  client.on_local_accepted(app, at("127.0.0.1:3999"), at("127.0.0.1:1080"), now, out);
  client.on_local_bytes(app, Bytes{5, 1, 0}, now, out);
  client.on_local_bytes(app, Bytes{5, 3, 0, 1, 0, 0, 0, 0, 0, 0}, now, out);
  const Bytes datagram = to_bytes(socks5::encode_udp_head(kA).view()) + kPayload;
  const ConnectionId mux{1};
  client.on_app_datagram(app, app_socket, datagram, now, out);
  client.on_server_connected(mux, now, out);
  const Bytes frames = datagram_frame(1, kA, kPayload) + datagram_frame(1, kF, kPayload);
  const auto round = [&] {
    now += 1ms;
    out.clear();
    client.on_app_datagram(app, app_socket, datagram, now, out);
    out.clear();
    client.on_server_bytes(mux, frames, now, out);
    if (client.on_server_written(mux, 1'300)) {
      out.clear();
      client.on_server_room(mux, now, out);
    }
    client.on_deadline(now, out);
  };
  EXPECT_EQ(allocations_of(round), 0u);
  EXPECT_EQ(client.counters().sent_on_mux, 1101u);
  EXPECT_EQ(client.counters().to_app, 2u * 1100);
}

}  // namespace
}  // namespace fullcone
