// Looks names up on a few threads of its own, because the system's resolver blocks. Shared by the
// shards; each answer is posted to the shard that asked. Names that never answer cost whoever asks
// for them, and nobody else.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "base/time.hpp"

namespace fullcone {

class Resolver {
 public:
  // The addresses in the system's order of preference, none twice; empty: no such name, no answer,
  // or too many questions waiting.
  using OnAnswer = std::function<void(std::vector<IpAddress>)>;

  // Blocks until it knows; called from the resolver's threads.
  using LookUp = std::function<std::vector<IpAddress>(const std::string& host)>;
  static std::vector<IpAddress> ask_system(const std::string& host);

  Resolver(unsigned threads, std::size_t waiting_most, LookUp look_up = ask_system);
  // Returns at once. Questions not answered yet never are; a thread that the system's resolver
  // holds ends when it lets go.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // From any thread. `reply_to` outlives this resolver. Askers take turns and none has more than
  // half of the threads; a question that is not begun within `patience` is answered with nothing.
  void resolve(std::string host, const IpAddress& asker, Duration patience,
               boost::asio::io_context& reply_to, OnAnswer on_answer);

 private:
  struct Desk;
  std::shared_ptr<Desk> desk_;
};

}  // namespace fullcone
