// Values in words and hex, for evidence. A type that a case compares has a describe() of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "base/uuid.hpp"
#include "conformance/bed/network.hpp"
#include "wire/address.hpp"
#include "wire/request_header.hpp"

namespace fullcone::conformance {

// Hex digits without blanks; beyond `most` octets only the number of the others.
std::string hex_of(ByteView bytes, std::size_t most = 48);

// `"hello" (5 octets: 68656c6c6f)`
std::string describe(std::string_view payload);
inline std::string describe(const std::string& payload) {
  return describe(std::string_view(payload));
}
inline std::string describe(const char* payload) { return describe(std::string_view(payload)); }
std::string describe(const Bytes& bytes);
std::string describe(bool value);
std::string describe(std::uint64_t value);
inline std::string describe(std::uint32_t value) { return describe(std::uint64_t{value}); }
inline std::string describe(std::uint16_t value) { return describe(std::uint64_t{value}); }
inline std::string describe(std::uint8_t value) { return describe(std::uint64_t{value}); }
std::string describe(int value);
std::string describe(Duration value);
std::string describe(const IpAddress& address);
std::string describe(const Endpoint& endpoint);
std::string describe(const Destination& destination);
std::string describe(const Uuid& id);
std::string describe(Command command);
std::string describe(Stream::State state);
std::string describe(const Datagram& datagram);

template <class Value>
std::string describe(const std::optional<Value>& value) {
  return value ? describe(*value) : "nothing";
}

template <class Value>
std::string describe(const std::vector<Value>& values) {
  std::string text = std::to_string(values.size()) + " of them:";
  for (std::size_t i = 0; i < values.size() && i < 8; ++i) text += " " + describe(values[i]);
  if (values.size() > 8) text += " …";
  return text;
}

}  // namespace fullcone::conformance
