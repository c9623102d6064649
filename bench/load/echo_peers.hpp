// Far ends on loopback, each on a port of its own, that send back what comes, on one thread.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "base/endpoint.hpp"
#include "bench/load/batch_socket.hpp"

namespace fullcone::load {

class EchoPeers {
 public:
  // They echo until the object's end. Throws std::system_error.
  EchoPeers(std::size_t count, bool merging);
  ~EchoPeers();
  EchoPeers(const EchoPeers&) = delete;
  EchoPeers& operator=(const EchoPeers&) = delete;

  const std::vector<Endpoint>& endpoints() const { return endpoints_; }

 private:
  void run();

  std::vector<BatchSocket> sockets_;
  std::vector<Endpoint> endpoints_;
  int ready_;  // epoll
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace fullcone::load
