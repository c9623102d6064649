#include "simulator/peers/stun_message.hpp"

namespace fullcone::sim::stun {
namespace {

constexpr std::uint32_t kMagicCookie = 0x2112a442;
constexpr std::size_t kHeader = 20;
constexpr std::uint32_t kFingerprintMask = 0x5354554e;
constexpr std::size_t kFingerprint = 8;  // octets, the attribute as a whole

enum Attribute : std::uint16_t {
  kChangeRequest = 0x0003,
  kErrorCode = 0x0009,
  kUnknownAttributes = 0x000a,
  kXorMappedAddress = 0x0020,
  kSoftware = 0x8022,
  kFingerprintAttribute = 0x8028,
  kResponseOrigin = 0x802b,
  kOtherAddress = 0x802c,
};

void put16(Bytes& to, std::size_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value & 0xff));
}
void put32(Bytes& to, std::uint32_t value) {
  put16(to, value >> 16);
  put16(to, value & 0xffff);
}

// ITU V.42's CRC-32, bit by bit.
std::uint32_t crc32(ByteView octets) {
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t octet : octets) {
    crc ^= octet;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1u ? 0xedb88320u : 0u);
  }
  return ~crc;
}

// The cookie and the transaction id: what XOR-MAPPED-ADDRESS is masked with.
using Mask = std::array<std::uint8_t, 16>;
Mask mask_of(const TransactionId& transaction) {
  Mask mask{0x21, 0x12, 0xa4, 0x42};
  for (std::size_t i = 0; i < transaction.size(); ++i) mask[i + 4] = transaction[i];
  return mask;
}
std::uint16_t masked(std::uint16_t port, const Mask& mask) {
  return static_cast<std::uint16_t>(port ^ (mask[0] << 8 | mask[1]));
}

// ----- attributes

void put_attribute(Bytes& to, Attribute type, ByteView value) {
  put16(to, type);
  put16(to, value.size());
  append(to, value);
  while (to.size() % 4 != 0) to.push_back(0);
}

Bytes encode_address(const Endpoint& endpoint, const Mask& mask) {
  Bytes value{0, static_cast<std::uint8_t>(endpoint.family() == Family::ipv4 ? 1 : 2)};
  put16(value, masked(endpoint.port, mask));
  std::size_t i = 0;
  for (const std::uint8_t octet : endpoint.ip.octets()) value.push_back(octet ^ mask[i++]);
  return value;
}

std::optional<Endpoint> parse_address(ByteView value, const Mask& mask) {
  ByteReader reader(value);
  const auto zero = reader.u8();
  const auto family = reader.u8();
  const auto port = reader.u16();
  if (!zero || !family || !port) return std::nullopt;
  Bytes octets = to_bytes(reader.rest());
  if (octets.size() != (*family == 1 ? 4u : 16u) || *family < 1 || *family > 2) return std::nullopt;
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] ^= mask[i];
  return Endpoint{*IpAddress::from_octets(octets), masked(*port, mask)};
}

// False: malformed.
bool parse_attribute(std::uint16_t type, ByteView value, Message& into) {
  ByteReader reader(value);
  switch (type) {
    case kXorMappedAddress:
      return (into.mapped = parse_address(value, mask_of(into.transaction))).has_value();
    case kResponseOrigin:
      return (into.response_origin = parse_address(value, {})).has_value();
    case kOtherAddress:
      return (into.other_address = parse_address(value, {})).has_value();
    case kSoftware:
      into.software = as_text(value);
      return true;
    case kChangeRequest: {
      const auto flags = reader.u32();
      if (flags) into.change_request = Change{(*flags & 4) != 0, (*flags & 2) != 0};
      return flags.has_value();
    }
    case kErrorCode: {
      const auto code = reader.u32();
      if (code)
        into.error_code = static_cast<std::uint16_t>((*code >> 8 & 7) * 100 + (*code & 0xff));
      return code.has_value();
    }
    case kUnknownAttributes:
      while (const auto unknown = reader.u16()) into.unknown.push_back(*unknown);
      return true;
    default:
      if (type < 0x8000) into.unknown.push_back(type);  // comprehension-required
      return true;
  }
}

bool has_known_type(std::uint16_t type) {
  switch (Type{type}) {
    case Type::binding_request:
    case Type::binding_indication:
    case Type::binding_success:
    case Type::binding_error:
      return true;
  }
  return false;
}

}  // namespace

// ----- messages

Bytes encode(const Message& message) {
  Bytes octets;
  put16(octets, static_cast<std::uint16_t>(message.type));
  put16(octets, 0);  // the length, below
  put32(octets, kMagicCookie);
  append(octets, message.transaction);
  if (message.mapped) {
    put_attribute(octets, kXorMappedAddress,
                  encode_address(*message.mapped, mask_of(message.transaction)));
  }
  if (message.response_origin) {
    put_attribute(octets, kResponseOrigin, encode_address(*message.response_origin, {}));
  }
  if (message.other_address) {
    put_attribute(octets, kOtherAddress, encode_address(*message.other_address, {}));
  }
  if (const auto& change = message.change_request) {
    const int flags = (change->ip ? 4 : 0) | (change->port ? 2 : 0);
    put_attribute(octets, kChangeRequest, Bytes{0, 0, 0, static_cast<std::uint8_t>(flags)});
  }
  if (const auto& code = message.error_code) {
    put_attribute(octets, kErrorCode,
                  Bytes{0, 0, static_cast<std::uint8_t>(*code / 100),
                        static_cast<std::uint8_t>(*code % 100)});
  }
  if (!message.unknown.empty()) {
    Bytes types;
    for (const auto type : message.unknown) put16(types, type);
    put_attribute(octets, kUnknownAttributes, types);
  }
  if (!message.software.empty()) put_attribute(octets, kSoftware, as_bytes(message.software));
  const std::size_t length = octets.size() + kFingerprint - kHeader;
  octets[2] = static_cast<std::uint8_t>(length >> 8);
  octets[3] = static_cast<std::uint8_t>(length & 0xff);
  Bytes fingerprint;
  put32(fingerprint, crc32(octets) ^ kFingerprintMask);
  put_attribute(octets, kFingerprintAttribute, fingerprint);
  return octets;
}

std::optional<Message> parse(ByteView octets) {
  ByteReader reader(octets);
  const auto type = reader.u16();
  const auto length = reader.u16();
  const auto cookie = reader.u32();
  const auto transaction = reader.take(12);
  if (!transaction || !has_known_type(*type) || *cookie != kMagicCookie) return std::nullopt;
  if (*length != reader.remaining() || *length % 4 != 0) return std::nullopt;
  Message message;
  message.type = Type{*type};
  for (std::size_t i = 0; i < transaction->size(); ++i) message.transaction[i] = (*transaction)[i];
  while (reader.remaining() != 0) {
    const ByteView before = octets.first(reader.consumed());
    const auto attribute = reader.u16();
    const auto size = reader.u16();
    if (!size) return std::nullopt;
    const auto value = reader.take(*size);
    if (!value || !reader.take((4u - *size % 4u) % 4u)) return std::nullopt;
    if (attribute == kFingerprintAttribute) {
      const auto given = ByteReader(*value).u32();
      if (given != (crc32(before) ^ kFingerprintMask) || reader.remaining() != 0)
        return std::nullopt;
    } else if (!parse_attribute(*attribute, *value, message)) {
      return std::nullopt;
    }
  }
  return message;
}

}  // namespace fullcone::sim::stun
