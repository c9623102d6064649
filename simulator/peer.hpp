// A remote UDP endpoint: one socket on a host of its own, or one more on the same.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "simulator/network.hpp"

namespace fullcone::sim {

struct Datagram {
  Endpoint source;
  Bytes payload;
  TimePoint at;
};

class Peer {
 public:
  // Binds at once; the endpoint is free.
  Peer(Network& network, const Endpoint& endpoint);
  ~Peer() { close(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  const Endpoint& endpoint() const { return endpoint_; }
  Family family() const { return endpoint_.family(); }

  void send_to(const Endpoint& to, ByteView payload);
  void send_to(const Endpoint& to, std::string_view text) { send_to(to, as_bytes(text)); }
  // Closes the socket: what comes is nobody's.
  void close();
  // Another socket, at `endpoint`, which is free; the old one is closed.
  void move_to(const Endpoint& endpoint);

  // Everything it got, in order.
  const std::vector<Datagram>& received() const { return received_; }
  bool received(std::string_view text) const { return count(as_bytes(text)) != 0; }
  std::size_t count(ByteView payload) const;
  // The oldest not yet taken.
  std::optional<Datagram> take();
  // Where the latest came from. Precondition: something was received.
  const Endpoint& last_source() const { return received_.back().source; }

  // ----- what it does with each datagram, after noting it; by default nothing
  using Behaviour = std::function<void(Peer&, const Datagram&)>;
  void behave(Behaviour behaviour) { behaviour_ = std::move(behaviour); }
  void echo();

 private:
  void bind();
  void on_datagram(const Endpoint& source, ByteView payload);

  Network& network_;
  Endpoint endpoint_;
  std::vector<Datagram> received_;
  std::size_t taken_ = 0;
  Behaviour behaviour_;
};

}  // namespace fullcone::sim
