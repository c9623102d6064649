#include "net/tls_post_handshake.hpp"

#include <algorithm>

namespace fullcone {

TlsPostHandshake::Event TlsPostHandshake::read(ByteView octets) {
  if (octets.empty()) return Event::unexpected;  // RFC 8446 section 5.1
  while (!octets.empty()) {
    if (to_skip_ != 0) {
      const std::size_t skipped = std::min(to_skip_, octets.size());
      to_skip_ -= skipped;
      octets = octets.subspan(skipped);
      continue;
    }
    head_.u8(octets.front());
    octets = octets.subspan(1);
    const Event event = begin_message();
    const bool new_key = event == Event::key_update || event == Event::key_request;
    if (new_key && !octets.empty()) return Event::unexpected;
    if (event != Event::none) return event;
  }
  return Event::none;
}

// What head_ says so far.
TlsPostHandshake::Event TlsPostHandshake::begin_message() {
  const ByteView head = head_.view();
  const bool is_ticket = takes_tickets_ && head[0] == kTicket;
  if (!is_ticket && head[0] != kKeyUpdate) return Event::unexpected;
  if (head.size() < 4) return Event::none;
  const std::size_t length = std::size_t{head[1]} << 16 | std::size_t{head[2]} << 8 | head[3];
  if (is_ticket) {
    to_skip_ = length;
    head_ = {};
    return Event::none;
  }
  if (length != 1) return Event::malformed;
  if (head.size() < 5) return Event::none;
  const std::uint8_t request = head[4];
  head_ = {};
  if (request > 1) return Event::illegal;
  return request == 1 ? Event::key_request : Event::key_update;
}

}  // namespace fullcone
