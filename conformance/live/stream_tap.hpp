// Tells a wiretap of one connection of the suite's, decrypted and as captured.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "conformance/live/poll_loop.hpp"
#include "conformance/live/unique_fd.hpp"

namespace fullcone::conformance {

enum class Heading : std::uint8_t { sent, received };  // by the suite

class StreamTap {
 public:
  // Whoever listens to `loop`'s wiretap at the time is told.
  StreamTap(const PollLoop& loop, bool is_tls) : loop_(loop), is_tls_(is_tls) {}

  void connected(const UniqueFd& fd, bool by_suite);
  // The plaintext; of a plain connection also what is captured.
  void octets(Heading heading, ByteView octets);
  void ended(Heading heading);
  void reset(Heading heading);
  // Of TLS: what goes over the network.
  void captured_octets(Heading heading, ByteView octets);
  void captured_end(Heading heading);
  void key(std::string_view line) const;

 private:
  enum Layers { decrypted = 1, captured = 2, both = 3 };
  void tell(Layers layers, Passed::Kind kind, Heading heading, ByteView octets = {}) const;

  const PollLoop& loop_;
  bool is_tls_;
  bool far_end_came_ = false;     // FIN
  std::optional<Endpoint> here_;  // once it is connected
  std::optional<Endpoint> there_;
};

}  // namespace fullcone::conformance
