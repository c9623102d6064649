// What a load generator needs of a SOCKS5 proxy without authentication (RFC 1928), over blocking
// sockets.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <optional>

#include "base/endpoint.hpp"

namespace fullcone::load {

// A connection to `target`: through `proxy`, or straight without one. Throws std::system_error when
// a connection fails, std::runtime_error when the proxy refuses.
boost::asio::ip::tcp::socket dial(boost::asio::io_context& io, const std::optional<Endpoint>& proxy,
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
