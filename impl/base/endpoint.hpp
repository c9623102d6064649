// IP addresses and UDP/TCP endpoints. An IPv4-mapped IPv6 address is the IPv4 address (CONE-8):
// every constructor folds it, so equality and hashing need no special case.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/hash.hpp"

namespace fullcone {

enum class Family : std::uint8_t { ipv4, ipv6 };

class IpAddress {
 public:
  IpAddress() = default;  // 0.0.0.0

  static IpAddress v4(std::array<std::uint8_t, 4> octets);
  static IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    return v4({a, b, c, d});
  }
  static IpAddress v6(const std::array<std::uint8_t, 16>& octets);
  // 4 or 16 octets, network order; nullopt for any other length.
  static std::optional<IpAddress> from_octets(ByteView octets);
  // Textual form (RFC 4291, dotted quad); nullopt when it is not exactly an address.
  static std::optional<IpAddress> parse(std::string_view text);

  Family family() const { return is_v4() ? Family::ipv4 : Family::ipv6; }
  bool is_v4() const { return high() == 0 && low() >> 32 == 0xffff; }
  // 4 or 16 octets, network order; a view into this object.
  ByteView octets() const;
  // All 16 octets, IPv4 in its mapped form ::ffff:a.b.c.d.
  const std::array<std::uint8_t, 16>& mapped() const { return octets_; }
  bool is_unspecified() const;
  std::string to_string() const;

  bool operator==(const IpAddress& other) const {
    return high() == other.high() && low() == other.low();
  }
  // The order of the octets, eight at a time.
  std::strong_ordering operator<=>(const IpAddress& other) const {
    const auto order = high() <=> other.high();
    return order != 0 ? order : low() <=> other.low();
  }
  // mapped() as two big-endian numbers.
  std::uint64_t high() const { return load_u64(octets_.data()); }
  std::uint64_t low() const { return load_u64(octets_.data() + 8); }

 private:
  std::array<std::uint8_t, 16> octets_{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
};

struct Endpoint {
  IpAddress ip;
  std::uint16_t port = 0;

  Family family() const { return ip.family(); }
  // "192.0.2.1:53" or "[2001:db8::1]:53".
  std::string to_string() const;
  // The same forms; nullopt for anything else.
  static std::optional<Endpoint> parse(std::string_view text);

  auto operator<=>(const Endpoint&) const = default;
};

// Seeded hasher for endpoint-keyed tables.
struct EndpointHash {
  using is_avalanching = void;  // tells Boost.Unordered that no further mixing is needed
  std::uint64_t seed = 0;

  std::size_t operator()(const Endpoint& endpoint) const {
    const IpAddress& ip = endpoint.ip;
    return static_cast<std::size_t>(seeded_hash(seed, ip.high(), ip.low(), endpoint.port));
  }
};

}  // namespace fullcone
