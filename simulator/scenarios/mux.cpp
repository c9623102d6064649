#include "simulator/scenario.hpp"

namespace fullcone::sim {
namespace {

ClientSettings by_mux() {
  ClientSettings settings;
  settings.udp = UdpMode::mux;
  settings.tcp = TcpMode::mux;
  return settings;
}

// As many octets, none of them like the one before.
Bytes octets(std::size_t count) {
  Bytes made(count);
  for (std::size_t i = 0; i < count; ++i) made[i] = static_cast<std::uint8_t>(i * 31 >> 3);
  return made;
}

}  // namespace

SCENARIO(mux_game_beside_a_download,
         "A game and a download share one connection: the download is whole, the game's datagrams "
         "overtake it, and a stranger writes to the one port that all of its peers know.") {
  auto& client = world.client({.delay = 20ms, .octets_per_second = 1'000'000}, by_mux());
  auto& target = world.tcp_target(TcpManner::silent);
  auto& download = client.connect(target.endpoint());
  download.send("go");
  EXPECT(world.run_until([&] { return as_text(target.received()) == "go"; }, 10s));
  const Bytes file = octets(5'000'000);
  target.listener().streams().front().send(file);

  auto& game = client.udp();
  auto& first = world.peer();
  auto& second = world.peer();
  auto& stranger = world.peer();
  first.echo();
  second.echo();
  game.send_to(first, "hello");
  game.send_to(second, "hello");
  EXPECT(world.run_until([&] { return first.received("hello") && second.received("hello"); }, 5s));
  EXPECT(first.last_source() == second.last_source());
  for (int i = 0; i < 10; ++i) {
    const std::string move = "move " + std::to_string(i);
    game.send_to(first, move);
    EXPECT(world.run_until([&] { return game.received(from(first, move)); }, 500ms));
    EXPECT(download.received().size() < file.size());
  }
  stranger.send_to(first.last_source(), "may I join?");
  EXPECT(world.run_until([&] { return game.received(from(stranger, "may I join?")); }, 500ms));
  EXPECT(world.run_until([&] { return download.received() == file; }, 60s));
  EXPECT(client.server_streams().size() == client.server_streams(Command::mux).size());
}

SCENARIO(mux_connection_dies,
         "The one connection is cut in the middle: TCP streams are reset, and associations go on "
         "by the next one, from another port.") {
  auto& client = world.client({.delay = 20ms}, by_mux());
  auto& target = world.tcp_target(TcpManner::echo);
  auto& peer = world.peer();
  peer.echo();
  auto& stream = client.connect(target.endpoint());
  stream.send("before");
  client.udp().send_to(peer, "before");
  EXPECT(world.run_until([&] { return client.udp().received(from(peer, "before")); }, 5s));
  EXPECT(world.run_until([&] { return as_text(stream.received()) == "before"; }, 5s));
  const Endpoint port = peer.last_source();
  EXPECT(client.server_streams(Command::mux).size() == 1);

  client.cut(Command::mux);
  EXPECT(world.run_until([&] { return stream.lost(); }, 1s));
  EXPECT(world.run_until([&] { return !client.server_streams(Command::mux).empty(); }, 5s));
  client.udp().send_to(peer, "after");
  EXPECT(world.run_until([&] { return client.udp().received(from(peer, "after")); }, 5s));
  EXPECT(peer.last_source() != port);
  EXPECT(world.server().external_ports().size() == 1);
  auto& again = client.connect(target.endpoint());
  again.send("after");
  EXPECT(world.run_until([&] { return as_text(again.received()) == "after"; }, 5s));
}

SCENARIO(
    mux_in_auto,
    "The first peers have channels and ports of their own; those behind them share a port, "
    "where anybody reaches the app, while who has heard by CRUMFURS is answered from its own.") {
  ClientSettings settings;
  settings.udp = UdpMode::automatic;
  settings.limits.mux_after = 2;
  auto& client = world.client({.delay = 20ms}, settings);
  auto& app = client.udp();
  const auto peers = world.peers(5);
  for (Peer* const peer : peers) {
    peer->echo();
    app.send_to(*peer, "hello");
    EXPECT(world.run_until([&] { return app.received(from(*peer, "hello")); }, 5s));
  }
  EXPECT(peers[0]->last_source() != peers[1]->last_source());
  EXPECT(peers[2]->last_source() == peers[3]->last_source());
  EXPECT(peers[2]->last_source() == peers[4]->last_source());
  auto& stranger = world.peer();
  stranger.send_to(peers[0]->last_source(), "by CRUMFURS");
  EXPECT(world.run_until([&] { return app.received(from(stranger, "by CRUMFURS")); }, 5s));
  app.send_to(stranger, "answer");
  EXPECT(world.run_until([&] { return stranger.received("answer"); }, 5s));
  EXPECT(stranger.last_source() == peers[0]->last_source());
}

SCENARIO(mux_stalled_reader,
         "An app that does not read holds up its own stream alone, and what waits for it is "
         "bounded by credit.") {
  auto& client = world.client({.delay = 10ms}, by_mux());
  auto& target = world.tcp_target(TcpManner::silent);
  auto& other_target = world.tcp_target(TcpManner::echo);
  auto& stalled = client.connect(target.endpoint());
  stalled.send("go");
  EXPECT(world.run_until([&] { return as_text(target.received()) == "go"; }, 10s));
  stalled.stream().pause_reading();
  const Bytes file = octets(3'000'000);
  auto& answering = target.listener().streams().front();
  answering.send(file);
  world.run_for(30s);
  const std::size_t stuck = answering.end().queued();
  EXPECT(stuck > 1'500'000);

  auto& other = client.connect(other_target.endpoint());
  const Bytes echoed = octets(700'000);
  other.send(echoed);
  EXPECT(world.run_until([&] { return other.received() == echoed; }, 60s));
  EXPECT(answering.end().queued() == stuck);
  stalled.stream().resume_reading();
  EXPECT(world.run_until([&] { return stalled.received() == file; }, 60s));
}

}  // namespace fullcone::sim
