// Writes a life: who takes part, then step by step what is done and what goes wrong.
#pragma once

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "simulator/life/features.hpp"
#include "simulator/purpose_random.hpp"

namespace fullcone::sim {

// Knows as much of the life as can be known without living it: which apps are open and which peers
// they have written to.
class Author {
 public:
  Author(std::uint64_t seed, const Features& features)
      : features_(features), random_(random_for(seed, "life")) {}

  Life write();

 private:
  struct OpenApp {
    Number number;
    Number client;
  };

  void cast();
  void cast_client(ClientPlan& client);
  void cast_peer(Number number);
  void cast_services();
  Number draw_behind();
  void step();
  void rest();
  void open_app();
  void end_app();
  void app_sends();
  void app_answers();
  void nonsense();
  void peer_answers();
  void stranger_writes();
  void stranger_sprays();
  void stranger_floods();
  void ask();
  void meet();
  void use_tcp();
  void stream_cut();
  void stream_silent();
  void stream_unread();
  void client_trouble();
  void server_trouble();
  void node_trouble(Place place, Number number);
  void link_trouble();
  void nat_trouble();
  void name_trouble();
  void cut_off();
  void roam();
  void ports_trouble();

  bool percent(unsigned share) { return random_.below(100) < share; }
  OpenApp any_app() { return open_[random_.below(open_.size())]; }  // precondition: there is one
  Number one_of(std::size_t count) { return static_cast<Number>(1 + random_.below(count)); }
  Duration up_to(Duration most);
  std::uint64_t size(std::uint64_t most);
  std::uint32_t burst();
  std::pair<Number, Number> any_contact();  // (peer, app)
  std::pair<Place, Number> any_place();
  void add(Event event);
  void add_stream_event(Event event);
  void forget_apps_of(Number client);

  const Features& features_;
  Random random_;
  Life life_;
  Duration now_{};
  std::vector<Number> public_peers_;
  Number stun_ = 0;  // a peer
  Number dns_ = 0;
  Number rendezvous_ = 0;
  std::vector<OpenApp> open_;
  std::set<std::pair<Number, Number>> contacts_;  // (peer, app), in the order of numbers
  Number last_app_ = 0;
  Number last_tcp_ = 0;
};

}  // namespace fullcone::sim
