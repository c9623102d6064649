// The way of datagrams to any number of destinations: behind a SOCKS5 head each, to the relay of an
// association (RFC 1928 section 7), or straight.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "bench/load/batch_socket.hpp"
#include "bench/load/socks_client.hpp"

namespace fullcone::load {

class UdpWay {
 public:
  // Throws as Association does.
  UdpWay(const std::optional<Endpoint>& proxy, const std::vector<Endpoint>& destinations,
         bool merging);

  // What stands before each payload, there and back.
  std::size_t head_size() const { return heads_.empty() ? 0 : heads_.front().size(); }
  // Makes `datagram`, which has room for the head, one to that destination.
  void address(Bytes& datagram, std::size_t destination) const;
  // Whether a datagram that came back is from there, as far as its head says.
  bool is_from(ByteView datagram, std::size_t destination) const;
  // Datagrams of one size, BatchSocket::kBatch at most, each addressed to the destination beside
  // it.
  void send(std::span<const Bytes> datagrams, std::span<const std::size_t> destinations);
  const std::vector<ByteView>& receive(std::chrono::nanoseconds timeout) {
    return socket_.receive(room_, timeout);
  }

 private:
  const std::vector<Endpoint>& destinations_;
  BatchSocket socket_;
  ReceiveRoom room_;
  std::optional<Association> association_;
  std::vector<Bytes> heads_;  // none when straight
  std::vector<Endpoint> straight_to_;
};

}  // namespace fullcone::load
