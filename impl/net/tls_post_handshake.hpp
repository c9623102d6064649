// What may be said after a TLS 1.3 handshake (RFC 8446 section 4.6), however records cut it:
// session tickets, which are OpenSSL's to read, and KeyUpdates.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace fullcone {

class TlsPostHandshake {
 public:
  enum class Event : std::uint8_t {
    none,         // nothing, or tickets
    key_update,   // the far end's next record is under its next key
    key_request,  // and it wants the same of us
    unexpected,   // what nobody may say here
    malformed,    // a KeyUpdate that is too long or too short
    illegal,      // a KeyUpdate that neither wants another nor does not
  };
  explicit TlsPostHandshake(bool takes_tickets) : takes_tickets_(takes_tickets) {}

  // `octets`: the content of one record. A KeyUpdate is its end, for what comes then has another
  // key.
  Event read(ByteView octets);
  // Only the rest of a message may come now (RFC 8446 section 5.1).
  bool amid_message() const { return to_skip_ != 0 || head_.size() != 0; }

 private:
  static constexpr std::uint8_t kTicket = 4;
  static constexpr std::uint8_t kKeyUpdate = 24;

  Event begin_message();

  bool takes_tickets_;
  ShortBytes<5> head_;       // type and length, and all of a KeyUpdate
  std::size_t to_skip_ = 0;  // of a ticket
};

}  // namespace fullcone
