#include "simulator/scenario.hpp"

namespace fullcone::sim {
namespace {

Bytes octets(Random& random, std::size_t count) {
  Bytes drawn(count);
  for (auto& octet : drawn) octet = static_cast<std::uint8_t>(random.next() >> 56);
  return drawn;
}

}  // namespace

SCENARIO(tcp_echo_with_half_close,
         "Everything comes back unchanged, though the app has ended its side before the first "
         "octet of the answer.") {
  Random random = world.random("tcp");
  auto& client = world.client({.delay = 30ms, .jitter = 10ms, .loss = 0.02});
  auto& target = world.tcp_target(TcpManner::echo);
  const Bytes sent = octets(random, random.between(1, 600'000));
  auto& app = client.connect(target.endpoint());
  app.send(sent);
  app.half_close();
  EXPECT(world.run_until([&] { return app.ended(); }, 120s));
  EXPECT(target.received() == sent);
  EXPECT(app.received() == sent);
  // A close that the path loses takes a retransmission's time, each time again.
  const auto nothing_ready = client.settings().limits.ready_idle + 60s;
  EXPECT(world.run_until([&] { return world.server().core().connections() == 0; }, nothing_ready));
}

SCENARIO(tcp_target_ends_first, "The target has nothing more to say; the app still has.") {
  auto& client = world.client();
  auto& target = world.tcp_target(TcpManner::greet_and_finish);
  auto& app = client.connect(target.endpoint());
  EXPECT(world.run_until([&] { return app.ended(); }, 10s));
  EXPECT(as_text(app.received()) == "hello");
  app.send("and goodbye");
  app.half_close();
  EXPECT(world.run_until([&] { return as_text(target.received()) == "and goodbye"; }, 10s));
}

SCENARIO(tcp_target_fails,
         "Refused, unresolved, silent or cut: the app's connection ends, and nothing is left.") {
  auto& client = world.client();
  auto& refusing = client.connect(world.tcp_target(TcpManner::refuse).endpoint());
  auto& unknown = client.connect(NamedEndpoint{"nowhere.example", 80});
  auto& hanging = client.connect(world.tcp_target(TcpManner::hang).endpoint());
  auto& cut = client.connect(world.tcp_target(TcpManner::reset_midway).endpoint());
  cut.send(Bytes(TcpTarget::kResetAfter * 3));
  world.run_for(30s);
  for (TcpApp* app : {&refusing, &unknown, &hanging}) {
    EXPECT(app->ended() && app->received().empty());
  }
  EXPECT(cut.lost());
  for (TcpApp& app : client.tcp_apps()) app.quit();
  world.run_for(1s);
  EXPECT(world.server().core().connections() == 0 && client.core().server_connections() == 0);
}

SCENARIO(tcp_app_stalls, "An app that does not read stops the target, and costs no memory.") {
  Random random = world.random("tcp");
  auto& client = world.client({.octets_per_second = 10'000'000});
  auto& target = world.tcp_target(TcpManner::silent);
  auto& app = client.connect(target.endpoint());
  app.send("go");
  EXPECT(world.run_until([&] { return as_text(target.received()) == "go"; }, 10s));
  app.stream().pause_reading();
  const Bytes sent = octets(random, 3'000'000);
  auto& answering = target.listener().streams().front();
  answering.send(sent);
  world.run_for(60s);
  const std::size_t stuck = answering.end().queued();
  EXPECT(stuck > 1'500'000);
  world.run_for(60s);
  EXPECT(answering.end().queued() == stuck);
  app.stream().resume_reading();
  EXPECT(world.run_until([&] { return app.received() == sent; }, 60s));
}

}  // namespace fullcone::sim
