// Where the VLESS server is, for one shard of the client: its name is looked up once for all who
// ask at the same time, and the answer serves for a while, so that a burst of new channels is not a
// burst of lookups.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <vector>

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "net/resolver.hpp"
#include "wire/address.hpp"

namespace fullcone {

class ServerAddresses {
 public:
  using OnAnswer = std::function<void(const std::vector<Endpoint>&)>;  // empty: not found

  // `patience`: how long a lookup may take before those who wait get what is known from before.
  ServerAddresses(Destination server, Duration patience, Resolver& resolver,
                  boost::asio::io_context& context);

  // At once when it is known, else when it is found.
  void find(OnAnswer on_answer);
  // `endpoint` has answered: it is named first from now on.
  void prefer(const Endpoint& endpoint);
  // None has answered: a name is looked up again next time.
  void distrust();
  // Nobody who waits is answered any more.
  void stop();

 private:
  void look_up();
  void on_found(const std::vector<IpAddress>& addresses);
  void answer_all();

  Destination server_;
  Duration patience_;
  Resolver& resolver_;
  boost::asio::io_context& context_;
  boost::asio::steady_timer timer_;
  std::vector<Endpoint> known_;
  TimePoint good_until_{};
  bool looking_up_ = false;
  std::vector<OnAnswer> waiting_;
};

}  // namespace fullcone
