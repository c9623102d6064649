#include "simulator/life/draw.hpp"
#include "simulator/scenario.hpp"

namespace fullcone::sim {

LIFE(swarm,
     "Each seed is a kind of life of its own: who takes part, what is done and what goes wrong "
     "are all drawn.") {
  return draw_swarm(seed);
}

LIFE(mux_swarm, "The same, and each has clients that share a connection among streams.") {
  return draw_mux_swarm(seed);
}

LIFE(lossy_link_full_of_apps,
     "Apps, peers and strangers on bad links, with cuts and restarts: no rule breaks, and "
     "everything heals when the faults stop.") {
  Features features;
  features.weights.server_trouble = 1;
  return draw_life(seed, features);
}

LIFE(quiet_link_full_of_apps, "The same without a fault: nothing is lost but by chance.") {
  Features features;
  Weights& weights = features.weights;
  weights.stream_cut = weights.stream_silent = weights.stream_unread = 0;
  weights.client_trouble = weights.link_trouble = 0;
  features.client_link = features.peer_link = {};
  features.heals_within = 10s;
  return draw_life(seed, features);
}

LIFE(tight_bounds_full_of_apps,
     "The same with every bound within reach: queues overflow, ports expire, peers and channels "
     "are forgotten, and the counters tell of it.") {
  Features features;
  features.peers = 7;
  features.most_pause = 2s;
  features.long_pause = 250s;
  SessionLimits& session = features.server_limits.session;
  session.channel_queue_bytes = 3000;
  session.crumfurs_queue_bytes = 3000;
  session.heard = 3;
  session.grace = 2s;
  session.mapping_idle = 120s;
  session.mapping_inbound_only = 200s;
  ClientLimits& client = features.client_limits;
  client.channels = 3;
  client.waiting_bytes = 3000;
  client.channel_queue_bytes = 3000;
  client.channel_idle = 40s;
  return draw_life(seed, features);
}

}  // namespace fullcone::sim
