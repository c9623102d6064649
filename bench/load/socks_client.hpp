// What a load generator needs of a SOCKS5 proxy without authentication (RFC 1928), over blocking
// sockets.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <optional>

#include "base/endpoint.hpp"

namespace fullcone::load {

// How connections get to their target: through a SOCKS5 proxy, through a tunnel that leads to a
// port of its own choice, or straight.
struct Way {
  std::optional<Endpoint> proxy;
  std::optional<Endpoint> tunnel;
  std::uint16_t target_port = 0;  // where the target listens; 0: the system's choice
};

// A connection to `target`. Throws std::system_error when
// a connection fails, std::runtime_error when the proxy refuses.
boost::asio::ip::tcp::socket dial(boost::asio::io_context& io, const Way& way,
                                  const Endpoint& target);

// A UDP association; it lasts as long as its control connection.
class Association {
 public:
  // Throws as dial() does.
  explicit Association(const Endpoint& proxy);
  const Endpoint& relay() const { return relay_; }

 private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket control_;
  Endpoint relay_;
};

}  // namespace fullcone::load
