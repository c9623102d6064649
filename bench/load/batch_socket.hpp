// A UDP socket on loopback that sends and receives in batches: the load must cost several times
// less than what it measures.
#pragma once

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"

namespace fullcone::load {

class BatchSocket {
 public:
  static constexpr std::size_t kBatch = 64;
  static constexpr std::size_t kLargest = 65536;

  struct Received {
    ByteView payload;  // valid until the next receive()
    std::size_t slot = 0;
  };

  // Binds a port of the system's choice on `ip`, an IPv4 address; throws std::system_error.
  explicit BatchSocket(const IpAddress& ip);
  ~BatchSocket();
  BatchSocket(const BatchSocket&) = delete;
  BatchSocket& operator=(const BatchSocket&) = delete;

  Endpoint local() const;
  int fd() const { return fd_; }
  void connect(const Endpoint& remote);

  // Waits at most `timeout` for something to read; what is there, up to kBatch datagrams.
  std::vector<Received>& receive(std::chrono::nanoseconds timeout);
  // Sends what was received in each slot back to where it came from.
  void echo();
  // Sends `count` datagrams of the connected socket, each `datagrams[i]`.
  void send(const std::vector<Bytes>& datagrams, std::size_t count);

 private:
  int fd_;
  std::vector<Bytes> buffers_;
  std::array<mmsghdr, kBatch> headers_{};
  std::array<iovec, kBatch> vectors_{};
  std::array<sockaddr_storage, kBatch> names_{};
  std::vector<Received> received_;
};

}  // namespace fullcone::load
