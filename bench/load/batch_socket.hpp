// A UDP socket on loopback whose traffic costs several times less than what it measures: datagrams
// of one size to one destination leave as one message that the system cuts (UDP GSO), and arrive
// merged (UDP GRO). Without `merging` it is an app that knows sendmmsg() and recvmmsg() only.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "bench/load/receive_room.hpp"

namespace fullcone::load {

class BatchSocket {
 public:
  static constexpr std::size_t kBatch = 64;

  // Binds a port of the system's choice on `ip`, an IPv4 address; throws std::system_error.
  BatchSocket(const IpAddress& ip, bool merging);
  ~BatchSocket();
  BatchSocket(BatchSocket&& other) noexcept;
  BatchSocket& operator=(BatchSocket&&) = delete;

  Endpoint local() const;
  int fd() const { return fd_; }
  void connect(const Endpoint& remote);

  // Waits at most `timeout` for something to read; what is there then.
  const std::vector<ByteView>& receive(ReceiveRoom& room, std::chrono::nanoseconds timeout);
  // Sends `datagrams`, kBatch at most and all of one size, to where it is connected.
  void send(std::span<const Bytes> datagrams);
  // Sends each to its own destination.
  void send(std::span<const Bytes> datagrams, std::span<const Endpoint> destinations);

 private:
  void send_merged(std::span<const Bytes> datagrams);

  int fd_;
  bool merging_;
};

}  // namespace fullcone::load
