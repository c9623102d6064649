#include "simulator/view/chart.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "simulator/world.hpp"

namespace fullcone::sim {
namespace {

std::string chart_of(void (*story)(World&)) {
  Chart chart;  // outlives the world, whose end is told, too
  World world(1);
  world.trace().watch([&](const TraceRecord& each) { chart.add(each, world.trace()); });
  story(world);
  return chart.text();
}

void ping(World& world) {
  auto& client = world.client();
  auto& peer = world.peer();
  peer.echo();
  world.tell_story("the app says ping");
  client.udp().send_to(peer, "ping");
  world.run_for(1s);
  world.expect(false, "something");
}

TEST(Chart, ShowsWhatPassesInColumns) {
  const std::string text = chart_of(ping);
  EXPECT_EQ(text.find("        time  "), 0u);
  for (const auto* part : {"client1", "server1", "peer1", "---- the app says ping",
                           "request CRUMFURS", "request UDP 46.0.0.1:7000", "4B", "!!!! BROKEN"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << '\n' << text;
  }
}

TEST(Chart, FitsAPage) {
  std::istringstream lines(chart_of(ping));
  std::string line;
  while (std::getline(lines, line)) EXPECT_LE(line.size(), 120u) << line;
}

TEST(Chart, ALostDatagramDoesNotArrive) {
  const std::string text = chart_of([](World& world) {
    Peer& one = world.peer();
    Peer& other = world.peer(Family::ipv4, {.loss = 1});
    one.send_to(other.endpoint(), "ping");
    world.run_for(1s);
  });
  EXPECT_NE(text.find(" lost "), std::string::npos) << text;
  EXPECT_NE(text.find("x|"), std::string::npos) << text;
}

}  // namespace
}  // namespace fullcone::sim
