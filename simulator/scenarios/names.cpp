#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(rotating_name_is_pinned,
         "A name that resolves to another address each time stays where it was, and the app is "
         "answered by the name that it wrote.") {
  auto& client = world.client();
  auto& first = world.peer();
  auto& second = world.peer();
  world.zone().set_rotating("game.example", {first.endpoint().ip, second.endpoint().ip});
  first.echo();
  second.echo();
  const NamedEndpoint name{"game.example", first.endpoint().port};
  auto& app = client.udp();
  app.send_to(name, "one");
  EXPECT(world.run_until([&] { return app.received(from(name, "one")); }, 5s));
  EXPECT(first.received("one"));
  for (const auto& end : client.server_streams(Command::udp)) end->link().cut();
  world.run_for(2s);
  app.send_to(name, "two");
  EXPECT(world.run_until([&] { return app.received(from(name, "two")); }, 5s));
  EXPECT(first.received("two") && second.received().empty());
}

}  // namespace fullcone::sim
