// A TCP server somewhere behind the proxy, with one of the manners that real ones have.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simulator/raw_listener.hpp"

namespace fullcone::sim {

enum class TcpManner : std::uint8_t {
  echo,              // returns what it gets, and the end after it
  silent,            // takes everything, says nothing
  refuse,            // no listener
  hang,              // dials get no answer
  greet_and_finish,  // says "hello", half-closes at once, reads on
  reset_midway,      // echoes, and cuts after kResetAfter octets
};

class TcpTarget {
 public:
  static constexpr std::size_t kResetAfter = 1000;

  TcpTarget(Network& network, const Endpoint& endpoint, TcpManner manner);

  const Endpoint& endpoint() const { return listener_.endpoint(); }
  RawListener& listener() { return listener_; }
  // Everything it has read, all connections together; with echo, too.
  const Bytes& received() const { return received_; }
  std::size_t connections() { return listener_.streams().size(); }

 private:
  void on_change(RawStream& stream);

  TcpManner manner_;
  RawListener listener_;
  Bytes received_;
};

}  // namespace fullcone::sim
