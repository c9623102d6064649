#include "wire/socks5.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "wire/host.hpp"

namespace fullcone::socks5 {
namespace {

constexpr std::uint8_t kCredentialsVersion = 1;
constexpr std::uint8_t kReserved = 0;

std::optional<HostKind> kind_of_atyp(std::uint8_t atyp) {
  switch (atyp) {
    case 1:
      return HostKind::ipv4;
    case 3:
      return HostKind::domain;
    case 4:
      return HostKind::ipv6;
    default:
      return std::nullopt;
  }
}

std::uint8_t atyp_of(HostKind kind) {
  if (kind == HostKind::domain) return 3;
  return kind == HostKind::ipv4 ? 1 : 4;
}

// address | port 2, behind an atyp octet that stands `offset` octets into the message.
ParseResult<Destination> parse_behind_atyp(HostKind kind, ByteView input, std::size_t offset) {
  auto host = parse_host(kind, input);
  if (host.needs_more()) return NeedMore{};
  if (const auto* fault = host.malformed()) {
    return Malformed{fault->why, offset + 1 + fault->offset};
  }
  ByteReader reader(input.subspan(host.consumed()));
  const auto port = reader.u16();
  if (!port) return NeedMore{};
  return {destination_of(std::move(host.value()), *port), host.consumed() + reader.consumed()};
}

template <std::size_t Capacity>
void append_address(const Destination& destination, ShortBytes<Capacity>& to) {
  const HostKind kind = host_kind(destination);
  const ByteView host = host_octets(destination);
  to.u8(atyp_of(kind));
  if (kind == HostKind::domain) to.u8(static_cast<std::uint8_t>(host.size()));
  to.append(host).u16(port_of(destination));
}

// length 1 | text
std::optional<std::string> read_short_text(ByteReader& reader) {
  const auto length = reader.u8();
  const auto text = length ? reader.take(*length) : std::nullopt;
  if (!text) return std::nullopt;
  return std::string(as_text(*text));
}

// Two octets: a version that must be `version`, and an answer.
ParseResult<std::uint8_t> parse_short_answer(ByteView input, std::uint8_t version) {
  ByteReader reader(input);
  const auto seen = reader.u8();
  if (!seen) return NeedMore{};
  if (*seen != version) return Malformed{"unknown version", 0};
  const auto answer = reader.u8();
  if (!answer) return NeedMore{};
  return {*answer, reader.consumed()};
}

}  // namespace

ParseResult<Greeting> parse_greeting(ByteView input) {
  ByteReader reader(input);
  const auto version = reader.u8();
  if (!version) return NeedMore{};
  if (*version != kVersion) return Malformed{"unknown version", 0};
  const auto count = reader.u8();
  const auto methods = count ? reader.take(*count) : std::nullopt;
  if (!methods) return NeedMore{};
  const auto offers = [&](Method method) {
    return std::ranges::find(*methods, static_cast<std::uint8_t>(method)) != methods->end();
  };
  return {Greeting{offers(Method::none), offers(Method::user_password)}, reader.consumed()};
}

ShortBytes<2> encode_method(Method method) {
  ShortBytes<2> answer;
  answer.u8(kVersion).u8(static_cast<std::uint8_t>(method));
  return answer;
}

ParseResult<Credentials> parse_credentials(ByteView input) {
  ByteReader reader(input);
  const auto version = reader.u8();
  if (!version) return NeedMore{};
  if (*version != kCredentialsVersion) return Malformed{"unknown credentials version", 0};
  auto user = read_short_text(reader);
  if (!user) return NeedMore{};
  auto password = read_short_text(reader);
  if (!password) return NeedMore{};
  return {Credentials{std::move(*user), std::move(*password)}, reader.consumed()};
}

ShortBytes<2> encode_credentials_verdict(bool accepted) {
  ShortBytes<2> verdict;
  verdict.u8(kCredentialsVersion).u8(accepted ? 0 : 1);
  return verdict;
}

ParseResult<Request> parse_request(ByteView input) {
  ByteReader reader(input);
  const auto version = reader.u8();
  if (!version) return NeedMore{};
  if (*version != kVersion) return Malformed{"unknown version", 0};
  const auto command = reader.u8();
  const auto reserved = reader.u8();
  const auto atyp = reader.u8();
  if (!command || !reserved || !atyp) return NeedMore{};
  const auto kind = kind_of_atyp(*atyp);
  if (!kind) return {Request{*command, std::nullopt}, reader.consumed()};

  auto address = parse_behind_atyp(*kind, reader.rest(), 3);
  if (address.needs_more()) return NeedMore{};
  if (const auto* fault = address.malformed()) return *fault;
  return {Request{*command, std::move(address.value())}, reader.consumed() + address.consumed()};
}

ReplyMessage encode_reply(Reply reply, const Endpoint& bound) {
  ReplyMessage message;
  message.u8(kVersion).u8(static_cast<std::uint8_t>(reply)).u8(kReserved);
  append_address(bound, message);
  return message;
}

std::variant<UdpDatagram, Malformed> parse_udp_datagram(ByteView datagram) {
  ByteReader reader(datagram);
  const auto reserved = reader.u16();
  const auto fragment = reader.u8();
  const auto atyp = reader.u8();
  if (!reserved || !fragment || !atyp) return Malformed{"head is cut short", datagram.size()};
  const auto kind = kind_of_atyp(*atyp);
  if (!kind) return Malformed{"unknown address type", 3};

  auto address = parse_behind_atyp(*kind, reader.rest(), 3);
  if (address.needs_more()) return Malformed{"head is cut short", datagram.size()};
  if (const auto* fault = address.malformed()) return *fault;
  return std::variant<UdpDatagram, Malformed>(std::in_place_type<UdpDatagram>, *fragment,
                                              std::move(address.value()),
                                              reader.rest().subspan(address.consumed()));
}

UdpHead encode_udp_head(const Destination& peer) {
  UdpHead head;
  head.u16(kReserved).u8(0);
  append_address(peer, head);
  return head;
}

void encode_greeting(bool with_credentials, Bytes& out) {
  const auto method = with_credentials ? Method::user_password : Method::none;
  append(out, Bytes{kVersion, 1, static_cast<std::uint8_t>(method)});
}

void encode_credentials(const Credentials& credentials, Bytes& out) {
  out.push_back(kCredentialsVersion);
  for (const auto* text : {&credentials.user, &credentials.password}) {
    assert(text->size() <= 255);
    out.push_back(static_cast<std::uint8_t>(text->size()));
    append(out, as_bytes(*text));
  }
}

void encode_request(Command command, const Destination& destination, Bytes& out) {
  ShortBytes<262> request;
  request.u8(kVersion).u8(static_cast<std::uint8_t>(command)).u8(kReserved);
  append_address(destination, request);
  append(out, request.view());
}

ParseResult<Method> parse_method(ByteView input) {
  const auto answer = parse_short_answer(input, kVersion);
  if (answer.needs_more()) return NeedMore{};
  if (const auto* fault = answer.malformed()) return *fault;
  const auto method = static_cast<Method>(answer.value());
  for (const auto known : {Method::none, Method::user_password, Method::unacceptable}) {
    if (method == known) return {method, answer.consumed()};
  }
  return Malformed{"unknown method", 1};
}

ParseResult<bool> parse_credentials_verdict(ByteView input) {
  const auto answer = parse_short_answer(input, kCredentialsVersion);
  if (answer.needs_more()) return NeedMore{};
  if (const auto* fault = answer.malformed()) return *fault;
  return {answer.value() == 0, answer.consumed()};
}

ParseResult<ReplyFields> parse_reply(ByteView input) {
  ByteReader reader(input);
  const auto version = reader.u8();
  if (!version) return NeedMore{};
  if (*version != kVersion) return Malformed{"unknown version", 0};
  const auto reply = reader.u8();
  const auto reserved = reader.u8();
  const auto atyp = reader.u8();
  if (!reply || !reserved || !atyp) return NeedMore{};
  const auto kind = kind_of_atyp(*atyp);
  if (!kind || *kind == HostKind::domain) return Malformed{"bound address is not an IP", 3};

  const auto bound = parse_behind_atyp(*kind, reader.rest(), 3);
  if (bound.needs_more()) return NeedMore{};
  return {ReplyFields{static_cast<Reply>(*reply), std::get<Endpoint>(bound.value())},
          reader.consumed() + bound.consumed()};
}

}  // namespace fullcone::socks5
