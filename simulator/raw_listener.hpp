// A listening port whose connections are played by hand: the fake server of a client under test, or
// a TCP target with a mind of its own. Streams live as long as the listener.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "simulator/network.hpp"
#include "simulator/raw_stream.hpp"

namespace fullcone::sim {

class RawListener {
 public:
  // Listens at once.
  RawListener(Network& network, const Endpoint& endpoint);
  ~RawListener() { stop(); }
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;

  const Endpoint& endpoint() const { return endpoint_; }
  void stop() { network_.stop_listening(endpoint_); }    // dials are refused
  void swallow() { network_.swallow_dials(endpoint_); }  // dials get no answer
  void start();

  // The oldest connection not yet accepted; null when there is none.
  RawStream* accept();
  std::size_t waiting() const { return streams_.size() - accepted_; }
  // Every connection there has been, in order.
  std::deque<RawStream>& streams() { return streams_; }

  // Called with each connection as it comes, accept()ed or not.
  std::function<void(RawStream&)> on_connection;

 private:
  Network& network_;
  Endpoint endpoint_;
  std::deque<RawStream> streams_;
  std::size_t accepted_ = 0;
};

using FakeServer = RawListener;

}  // namespace fullcone::sim
