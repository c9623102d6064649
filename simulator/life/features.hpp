// What kind of life is drawn: who takes part, how often each thing is done, and what may go wrong.
// A weight of zero switches its deed off.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simulator/life/life.hpp"

namespace fullcone::sim {

// How often a step is of one kind, against the others.
struct Weights {
  unsigned app_sends = 46;
  unsigned peer_answers = 16;
  unsigned stranger_writes = 15;
  unsigned stranger_sprays = 0;
  unsigned stranger_floods = 0;
  unsigned app_answers = 0;
  unsigned asks = 0;   // a STUN or DNS server, of which there is then one
  unsigned meets = 0;  // another app or a peer, by a rendezvous that is then there
  unsigned app_opens = 6;
  unsigned app_leaves = 4;
  unsigned nonsense = 0;
  unsigned tcp = 4;
  unsigned stream_cut = 3;
  unsigned stream_silent = 1;
  unsigned stream_unread = 2;
  unsigned client_trouble = 1;
  unsigned server_trouble = 0;
  unsigned link_trouble = 1;
  unsigned nat_trouble = 0;
  unsigned name_trouble = 0;
  unsigned cut_off = 0;
  unsigned roams = 0;
  unsigned ports_trouble = 0;
};

struct Features {
  std::size_t servers = 1;
  std::uint32_t users = 1;  // of each server
  std::size_t nats = 0;
  std::size_t clients = 2;
  std::size_t apps = 6;  // at once
  std::size_t peers = 5;
  unsigned steps = 300;
  Duration most_pause = 100ms;  // between two steps
  Duration long_pause{};        // now and then instead, at most
  unsigned most_burst = 20;
  // In per cent, of the things or deeds that they are about.
  unsigned v0 = 10;
  unsigned own_port = 25;  // endpoint-independent mapping
  unsigned ipv6 = 25;
  unsigned beside = 20;     // a peer on the host of the one before
  unsigned behind_nat = 0;  // clients, peers and NATs
  unsigned echo = 40;
  unsigned odd_manners = 0;  // of peers that do not echo
  unsigned neighbours = 0;   // apps on machines beside the client
  unsigned by_name = 10;
  unsigned extremes = 5;  // of size
  unsigned mux = 0;       // clients of v1 that use it, servers that offer it all the more
  Weights weights;
  LinkSettings client_link{.delay = 20ms, .jitter = 10ms, .loss = 0.02};
  LinkSettings peer_link{
      .delay = 10ms, .jitter = 5ms, .loss = 0.02, .duplication = 0.02, .reordering = 0.02};
  ServerLimits server_limits{};
  ClientLimits client_limits{};
  Duration heals_within = 60s;
};

}  // namespace fullcone::sim
