// Carries out the events of one life, one small function for each deed. What an event names and
// cannot be found is left alone.
#pragma once

#include "simulator/life/cast.hpp"
#include "simulator/peers/hole_punching.hpp"

namespace fullcone::sim {

class Player {
 public:
  // Makes everybody; both outlive it.
  Player(World& world, const Life& life) : world_(world), cast_(world, life) {}

  void act(const Event& event);
  Cast& cast() { return cast_; }

 private:
  // Apps and peers: player.cpp; what they ask servers among the peers: player_questions.cpp.
  void app_opens(const Event& event) { open_app(event, false); }
  void app_opens_beside(const Event& event) { open_app(event, true); }
  void app_sends(const Event& event);
  void app_sends_by_name(const Event& event);
  void app_answers(const Event& event);
  void app_sends_nonsense(const Event& event);
  void app_asks_stun(const Event& event);
  void app_asks_dns(const Event& event);
  void app_meets_peer(const Event& event);
  void app_meets_app(const Event& event);
  void app_quits(const Event& event);
  void app_crashes(const Event& event);
  void peer_writes(const Event& event) { write_to_app(event, event.via); }
  void peer_answers(const Event& event) { write_to_app(event, event.who); }
  void peer_sprays(const Event& event);
  void peer_floods(const Event& event);
  void peer_writes_to_port(const Event& event);
  void tcp_connects(const Event& event);
  void tcp_sends(const Event& event);
  void tcp_ends(const Event& event);
  void tcp_quits(const Event& event);
  void tcp_crashes(const Event& event);
  void tcp_stalls(const Event& event);
  void tcp_reads_again(const Event& event);

  // Streams spoken by hand: player_hands.cpp.
  void hand_dials_server(const Event& event);
  void hand_dials_client(const Event& event) { dial_client(event, false); }
  void hand_dials_from_beside(const Event& event) { dial_client(event, true); }
  void hand_says(const Event& event);
  void hand_sends(const Event& event);
  void hand_ends(const Event& event);
  void hand_closes(const Event& event);
  void hand_crashes(const Event& event);
  void hand_cut(const Event& event);
  void hand_cut_after(const Event& event);
  void hand_stalls(const Event& event);
  void hand_reads_again(const Event& event);

  // Faults: player_faults.cpp.
  void stream_cut(const Event& event);
  void stream_cut_after(const Event& event);
  void stream_silent(const Event& event);
  void stream_unread(const Event& event);
  void streams_cut(const Event& event);
  void node_restarts(const Event& event);
  void node_stops(const Event& event);
  void node_crashes(const Event& event);
  void node_vanishes(const Event& event);
  void node_starts(const Event& event);
  void client_roams(const Event& event);
  void peer_roams(const Event& event);
  void cut_off(const Event& event);
  void nat_restarts(const Event& event);
  void name_fails(const Event& event);
  void name_answers_again(const Event& event);
  void ports_exhausted(const Event& event);
  void ports_back(const Event& event);
  void loss_becomes(const Event& event);
  void delay_becomes(const Event& event);

  void open_app(const Event& event, bool beside);
  void send(const Event& event, const Destination& to);
  void dial_client(const Event& event, bool beside);
  template <class Far>
  void meet(const Event& event, Far* far, HolePuncher::Filter filter);
  // To the port by which peer `knows` has come to know the app.
  void write_to_app(const Event& event, Number knows);
  Host* host_of(const Event& event) const {
    return cast_.host(static_cast<Place>(event.via), event.who);
  }
  std::shared_ptr<StreamEnd> stream_of(const Event& event) const;
  template <class Change>
  void change_node(const Event& event, Change&& change);

  World& world_;
  Cast cast_;
  std::uint32_t asked_ = 0;  // questions and meetings so far: what tells one from another
};

}  // namespace fullcone::sim
