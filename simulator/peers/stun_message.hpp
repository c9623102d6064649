// STUN's Binding messages, as far as finding out about a NAT needs them. Sources: RFC 8489
// (sections 5, 14, 14.7), RFC 5780 (section 7).
//
//    0                   1                   2                   3
//   |0 0|     message type          |      length of attributes     |
//   |                  magic cookie 0x2112A442                      |
//   |                transaction id, 12 octets                      |
//   then attributes:  type (2)  length (2)  value, padded to 4 octets
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"

namespace fullcone::sim::stun {

enum class Type : std::uint16_t {
  binding_request = 0x0001,
  binding_indication = 0x0011,
  binding_success = 0x0101,
  binding_error = 0x0111,
};

using TransactionId = std::array<std::uint8_t, 12>;

// CHANGE-REQUEST: where the answer is wanted from.
struct Change {
  bool ip = false;
  bool port = false;
};

struct Message {
  Type type = Type::binding_request;
  TransactionId transaction{};
  std::optional<Endpoint> mapped;           // XOR-MAPPED-ADDRESS
  std::optional<Endpoint> response_origin;  // RESPONSE-ORIGIN
  std::optional<Endpoint> other_address;    // OTHER-ADDRESS
  std::optional<Change> change_request;
  std::optional<std::uint16_t> error_code;  // 300 to 699
  // Comprehension-required attributes that this codec does not know, as they came; of an error,
  // those that UNKNOWN-ATTRIBUTES lists.
  std::vector<std::uint16_t> unknown;
  std::string software;
};

// With a FINGERPRINT at its end.
Bytes encode(const Message& message);
// Nullopt: no STUN message of these types, cut or padded wrongly, or its FINGERPRINT is wrong.
std::optional<Message> parse(ByteView octets);

}  // namespace fullcone::sim::stun
