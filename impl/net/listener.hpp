// Accepts connections on one listening socket of a shard. When the process has no file descriptor
// left it pauses rather than spins.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "net/unique_fd.hpp"

namespace fullcone {

class Listener {
 public:
  using OnAccepted = std::function<void(UniqueFd)>;  // non-blocking

  Listener(boost::asio::io_context& context, UniqueFd fd, OnAccepted on_accepted);

  void start() { await_connection(); }
  void close();

 private:
  void await_connection();
  void accept();
  void pause();

  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer pause_;
  OnAccepted on_accepted_;
  bool starved_ = false;  // said so already
  bool closed_ = false;
};

}  // namespace fullcone
