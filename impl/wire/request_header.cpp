#include "wire/request_header.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace fullcone {
namespace {

constexpr std::uint8_t kSessionTlv = 0x01;
constexpr std::uint8_t kMappingTlv = 0x02;
constexpr std::size_t kAddonsAt = 1 + 16 + 1;

struct Tlv {
  std::uint8_t type = 0;
  ByteView value;  // a view into the parsed input
};

struct Addons {
  SessionId session;
  std::uint8_t mapping = 0;    // judged once the command is known
  std::size_t mapping_at = 0;  // of the last MAPPING value, from the start of the addons
};

// The length that a known type must have; nullopt for a type that is skipped.
std::optional<std::size_t> required_length(std::uint8_t type) {
  if (type == kSessionTlv) return sizeof(SessionId::octets);
  if (type == kMappingTlv) return 1;
  return std::nullopt;
}

// Reads one TLV of addons that have `room` octets left, this TLV included.
ParseResult<Tlv> parse_tlv(ByteView input, std::size_t room) {
  ByteReader reader(input);
  const auto type = reader.u8();
  if (!type) return NeedMore{};
  if (room < 2) return Malformed{"addons end inside a TLV", 0};
  const auto length = reader.u8();
  if (!length) return NeedMore{};
  if (*length > room - 2) return Malformed{"TLV overruns the addons", 1};
  if (*length != required_length(*type).value_or(*length)) {
    return Malformed{"known TLV of another length", 1};
  }
  const auto value = reader.take(*length);
  if (!value) return NeedMore{};
  return {Tlv{*type, *value}, reader.consumed()};
}

// `input` begins with the addons, of `length` octets, and may end inside them.
ParseResult<Addons> parse_addons(ByteView input, std::size_t length) {
  Addons addons;
  for (std::size_t at = 0; at < length;) {
    const auto tlv = parse_tlv(input.subspan(at), length - at);
    if (tlv.needs_more()) return NeedMore{};
    if (const auto* fault = tlv.malformed()) return Malformed{fault->why, at + fault->offset};
    const auto& [type, value] = tlv.value();
    if (type == kSessionTlv) {
      std::copy_n(value.begin(), sizeof(SessionId::octets), addons.session.octets.begin());
    } else if (type == kMappingTlv) {
      addons.mapping = value.front();
      addons.mapping_at = at + 2;
    }
    at += tlv.consumed();
  }
  return {addons, length};
}

// Reads what stands before the addons' own octets; the value is their number.
ParseResult<std::size_t> parse_fixed_part(ByteReader& reader, RequestHeader& header) {
  const auto version = reader.u8();
  if (!version) return NeedMore{};
  if (*version > 1) return Malformed{"unknown version", 0};
  header.version = *version;
  const auto user = reader.take(sizeof(Uuid::octets));
  if (!user) return NeedMore{};
  std::copy_n(user->begin(), sizeof(Uuid::octets), header.user.octets.begin());
  const auto addons_length = reader.u8();
  if (!addons_length) return NeedMore{};
  return {*addons_length, reader.consumed()};
}

bool has_destination(Command command) { return command == Command::tcp || command == Command::udp; }

std::optional<Command> command_of(std::uint8_t octet, std::uint8_t version) {
  const int last = static_cast<int>(version == 0 ? Command::udp : Command::crumfurs);
  if (octet < 1 || octet > last) return std::nullopt;
  return static_cast<Command>(octet);
}

// Reads the command, the policy that only CRUMFURS carries, and the address.
ParseResult<RequestHeader> parse_tail(ByteReader& reader, RequestHeader& header,
                                      const Addons& addons) {
  const std::size_t command_at = reader.consumed();
  const auto octet = reader.u8();
  if (!octet) return NeedMore{};
  const auto command = command_of(*octet, header.version);
  if (!command) return Malformed{"unknown command", command_at};
  header.command = *command;
  if (header.command == Command::crumfurs) {
    if (addons.mapping > 1) {
      return Malformed{"unknown MAPPING policy", kAddonsAt + addons.mapping_at};
    }
    header.mapping = static_cast<MappingPolicy>(addons.mapping);
  }
  if (!has_destination(header.command)) return {std::move(header), reader.consumed()};

  auto address = parse_vless_address(reader.rest());
  if (address.needs_more()) return NeedMore{};
  if (const auto* fault = address.malformed()) {
    return Malformed{fault->why, reader.consumed() + fault->offset};
  }
  header.destination = std::move(address.value());
  return {std::move(header), reader.consumed() + address.consumed()};
}

Bytes encode_addons(const RequestHeader& header) {
  Bytes addons;
  if (header.version == 0) return addons;
  if (header.session != SessionId{}) {
    addons.push_back(kSessionTlv);
    addons.push_back(static_cast<std::uint8_t>(header.session.octets.size()));
    append(addons, header.session.octets);
  }
  if (header.mapping != MappingPolicy::by_destination) {
    append(addons, Bytes{kMappingTlv, 1, static_cast<std::uint8_t>(header.mapping)});
  }
  return addons;
}

}  // namespace

ParseResult<RequestHeader> parse_request_header(ByteView input) {
  RequestHeader header;
  ByteReader reader(input);
  const auto addons_length = parse_fixed_part(reader, header);
  if (addons_length.needs_more()) return NeedMore{};
  if (const auto* fault = addons_length.malformed()) return *fault;
  if (header.version == 0) {
    if (!reader.take(addons_length.value())) return NeedMore{};
    return parse_tail(reader, header, Addons{});
  }

  const auto addons = parse_addons(reader.rest(), addons_length.value());
  if (addons.needs_more()) return NeedMore{};
  if (const auto* fault = addons.malformed()) {
    return Malformed{fault->why, kAddonsAt + fault->offset};
  }
  reader.take(addons.consumed());
  header.session = addons.value().session;
  return parse_tail(reader, header, addons.value());
}

void encode_request_header(const RequestHeader& header, Bytes& out) {
  assert(header.destination.has_value() == has_destination(header.command));
  assert(command_of(static_cast<std::uint8_t>(header.command), header.version));
  const Bytes addons = encode_addons(header);
  out.push_back(header.version);
  append(out, header.user.octets);
  out.push_back(static_cast<std::uint8_t>(addons.size()));
  append(out, addons);
  out.push_back(static_cast<std::uint8_t>(header.command));
  if (header.destination) encode_vless_address(*header.destination, out);
}

ParseResult<std::uint8_t> parse_v0_response(ByteView input) {
  ByteReader reader(input);
  const auto version = reader.u8();
  if (!version) return NeedMore{};
  if (*version != 0) return Malformed{"unknown response version", 0};
  const auto addons_length = reader.u8();
  if (!addons_length || !reader.take(*addons_length)) return NeedMore{};
  return {*addons_length, reader.consumed()};
}

}  // namespace fullcone
