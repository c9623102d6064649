#include "simulator/scenario.hpp"
#include "simulator/workload.hpp"

namespace fullcone::sim {

SCENARIO(lossy_link_full_of_apps,
         "Apps, peers and strangers on bad links, with cuts and restarts: no rule breaks, and "
         "everything heals when the faults stop.") {
  Workload workload(world, {});
  workload.live();
  EXPECT(workload.heals(2min));
}

SCENARIO(quiet_link_full_of_apps, "The same without a fault: nothing is lost but by chance.") {
  Workload workload(world, {.faults = 0, .server_restarts = 0, .client_link = {}, .peer_link = {}});
  workload.live();
  EXPECT(workload.heals(10s));
}

SCENARIO(tight_bounds_full_of_apps,
         "The same with every bound within reach: queues overflow, ports expire, peers and "
         "channels are forgotten, and the counters tell of it.") {
  ServerSettings server;
  SessionLimits& session = server.limits.session;
  session.channel_queue_bytes = 3000;
  session.crumfurs_queue_bytes = 3000;
  session.heard = 3;
  session.grace = 2s;
  session.mapping_idle = 120s;
  session.mapping_inbound_only = 200s;
  world.server(server, {world.new_user("only")});
  ClientLimits client;
  client.channels = 3;
  client.waiting_bytes = 3000;
  client.channel_queue_bytes = 3000;
  client.channel_idle = 40s;
  Workload workload(world,
                    {.peers = 7, .most_pause = 2s, .long_pause = 250s, .client_limits = client});
  workload.live();
  EXPECT(workload.heals(2min));
}

}  // namespace fullcone::sim
