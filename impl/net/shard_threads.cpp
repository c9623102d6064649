#include "net/shard_threads.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "net/endpoint_format.hpp"
#include "net/socket_address.hpp"
#include "net/tcp_socket.hpp"

namespace fullcone {

Listening listen_all(const std::vector<Endpoint>& addresses, unsigned shards,
                     std::string_view what) {
  Listening listening;
  listening.of_shard.resize(shards);
  for (const Endpoint& address : addresses) {
    auto sockets = listen_tcp(address, shards);
    listening.endpoints.push_back(local_endpoint(sockets.front().get()));
    for (unsigned i = 0; i < shards; ++i) {
      listening.of_shard[i].push_back(std::move(sockets[i]));
    }
    spdlog::info("{} listens on {}", what, listening.endpoints.back());
  }
  return listening;
}

}  // namespace fullcone
