#include "conformance/bed/crumfurs.hpp"

#include <utility>
#include <variant>

#include "wire/umfurs.hpp"

namespace fullcone::conformance {
namespace {

// The first whole message of `octets`, its length not taken off.
std::optional<ByteView> first_message(ByteView octets) {
  const auto length = ByteReader(octets).u16();
  if (!length || octets.size() < 2u + *length) return std::nullopt;
  return octets.first(2u + *length);
}

// Throws Unmet where it is malformed.
Umfurs parse(ByteView message) {
  const auto parsed = parse_umfurs_body(message.subspan(2));
  if (const auto* const fault = std::get_if<Malformed>(&parsed)) {
    throw Unmet{"a well-formed UMFURS message",
                std::string(fault->why) + " in " + describe(to_bytes(message)), ""};
  }
  const auto& umfurs = std::get<fullcone::Umfurs>(parsed);
  return {umfurs.source, std::string(as_text(umfurs.payload))};
}

}  // namespace

std::string describe(const Umfurs& message) {
  return "UMFURS " + describe(message.payload) + " from " + describe(message.source);
}

Crumfurs::Crumfurs(Connection connection, SendStranger send_stranger)
    : state_(std::make_shared<State>(State{std::move(connection), std::move(send_stranger)})) {}

void Crumfurs::expect_established() const {
  const std::string answer = connection().receive(1);
  if (answer.front() != kEstablished) {
    throw Unmet{"CRUMFURS_ESTABLISHED, 14", describe(answer), ""};
  }
}

Umfurs Crumfurs::receive() const {
  const auto& from = connection();
  const bool came =
      from.bed().wait_until([&] { return first_message(from.unread()) || from.is_closed(); });
  const auto message = first_message(from.unread());
  if (!message) throw Unmet{"a message on " + from.name(), from.describe_now(), "", !came};
  Umfurs umfurs = parse(*message);
  from.take(message->size());
  from.bed().received(from.name(), describe(umfurs), umfurs.payload);
  return umfurs;
}

Crumfurs::operator Party() const {
  const Crumfurs crumfurs = *this;
  return {connection().name(),
          [crumfurs]() -> std::optional<std::string> {
            const auto message = first_message(crumfurs.connection().unread());
            if (message) return describe(parse(*message));
            if (crumfurs.connection().is_closed()) {
              return describe(crumfurs.connection().stream().state());
            }
            return std::nullopt;
          },
          [crumfurs] {
            const auto& from = crumfurs.connection();
            from.take(first_message(from.unread())->size());
          },
          [crumfurs]() -> std::optional<std::string> {
            if (crumfurs.connection().is_closed()) return std::nullopt;
            const auto sent = crumfurs.state_->send_stranger();
            if (!sent) return std::nullopt;
            return describe(*sent);
          }};
}

}  // namespace fullcone::conformance
