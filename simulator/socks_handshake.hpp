// The app's side of a SOCKS5 handshake on a stream: greeting, credentials if any, one request.
#pragma once

#include <cstdint>
#include <optional>

#include "simulator/raw_stream.hpp"
#include "wire/address.hpp"
#include "wire/socks5.hpp"

namespace fullcone::sim {

class SocksHandshake {
 public:
  SocksHandshake(socks5::Command command, Destination destination,
                 std::optional<socks5::Credentials> credentials);

  // Looks at what the stream has received, takes what it understands, answers what is due.
  // Call on each change of the stream.
  void advance(RawStream& stream);

  bool done() const { return step_ == Step::done; }
  bool failed() const { return step_ == Step::failed; }
  // What the proxy replied to the request. Precondition: done() or it was refused by a reply.
  const std::optional<socks5::ReplyFields>& reply() const { return reply_; }

 private:
  enum class Step : std::uint8_t { greeting, method, verdict, reply, done, failed };
  bool step(RawStream& stream);
  void on_method(RawStream& stream, socks5::Method method);
  void send_request(RawStream& stream);

  socks5::Command command_;
  Destination destination_;
  std::optional<socks5::Credentials> credentials_;
  Step step_ = Step::greeting;
  std::optional<socks5::ReplyFields> reply_;
};

}  // namespace fullcone::sim
