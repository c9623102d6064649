#include "core/local_handshake.hpp"

#include <algorithm>
#include <utility>

#include "base/endpoint.hpp"
#include "wire/host.hpp"

namespace fullcone {
namespace {

using Step = LocalHandshake::Outcome;

Step failed() { return LocalHandshake::Failed{}; }
Step unfinished() { return LocalHandshake::Unfinished{}; }

// Compares every octet of equal-length strings, so that time does not tell where they differ.
bool equal_secret(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |=
        static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
  }
  return difference == 0;
}

}  // namespace

LocalHandshake::Outcome LocalHandshake::on_bytes(ByteView bytes, ClientActions& out) {
  append(received_, bytes);
  for (;;) {  // one message after another, as long as whole ones are there
    const Phase before = phase_;
    auto outcome = step(out);
    if (!std::holds_alternative<Unfinished>(outcome) || phase_ == before) return outcome;
  }
}

LocalHandshake::Outcome LocalHandshake::step(ClientActions& out) {
  switch (phase_) {
    case Phase::first_octet:
      if (!received_.empty()) {
        phase_ = received_.front() == socks5::kVersion ? Phase::greeting : Phase::http;
      }
      return unfinished();
    case Phase::greeting:
      return read_greeting(out);
    case Phase::credentials:
      return read_credentials(out);
    case Phase::request:
      return read_request(out);
    case Phase::http:
      return read_http(out);
  }
  return failed();
}

LocalHandshake::Outcome LocalHandshake::read_greeting(ClientActions& out) {
  const auto parsed = socks5::parse_greeting(received_);
  if (parsed.needs_more()) return unfinished();
  if (parsed.malformed() != nullptr) return failed();
  const auto& greeting = parsed.value();
  auto method = socks5::Method::unacceptable;
  if (credentials_.empty() && greeting.offers_none) {
    method = socks5::Method::none;
    phase_ = Phase::request;
  } else if (!credentials_.empty() && greeting.offers_user_password) {
    method = socks5::Method::user_password;
    phase_ = Phase::credentials;
  }
  consume(parsed.consumed());
  answer(socks5::encode_method(method).view(), out);
  return method == socks5::Method::unacceptable ? failed() : unfinished();
}

LocalHandshake::Outcome LocalHandshake::read_credentials(ClientActions& out) {
  const auto parsed = socks5::parse_credentials(received_);
  if (parsed.needs_more()) return unfinished();
  if (parsed.malformed() != nullptr) return failed();
  const bool accepted = accepts(parsed.value());
  consume(parsed.consumed());
  answer(socks5::encode_credentials_verdict(accepted).view(), out);
  if (!accepted) return failed();
  phase_ = Phase::request;
  return unfinished();
}

LocalHandshake::Outcome LocalHandshake::read_request(ClientActions& out) {
  auto parsed = socks5::parse_request(received_);
  if (parsed.needs_more()) return unfinished();
  const auto refuse = [&](socks5::Reply why) {
    answer(socks5::encode_reply(why, {}).view(), out);
    return failed();
  };
  if (parsed.malformed() != nullptr) return refuse(socks5::Reply::general_failure);
  auto& request = parsed.value();
  if (!request.destination) return refuse(socks5::Reply::address_type_not_supported);
  consume(parsed.consumed());
  switch (static_cast<socks5::Command>(request.command)) {
    case socks5::Command::connect:
      if (port_of(*request.destination) == 0) return refuse(socks5::Reply::general_failure);
      return Connect{LocalProtocol::socks5, std::move(*request.destination),
                     std::exchange(received_, {})};
    case socks5::Command::udp_associate:
      return Associate{};
    case socks5::Command::bind:
      break;
  }
  return refuse(socks5::Reply::command_not_supported);
}

LocalHandshake::Outcome LocalHandshake::read_http(ClientActions& out) {
  auto parsed = http::parse_connect_request(received_);
  if (parsed.needs_more()) return unfinished();
  const auto refuse = [&](int status) {
    answer(as_bytes(http::error_response(status)), out);
    return failed();
  };
  if (const auto* fault = parsed.malformed()) {
    return refuse(fault->why == http::kHeadTooLarge ? 431 : 400);
  }
  auto& request = parsed.value();
  if (!credentials_.empty() && !(request.credentials && accepts(*request.credentials))) {
    return refuse(407);
  }
  if (!request.destination) return refuse(405);
  consume(parsed.consumed());
  return Connect{LocalProtocol::http, std::move(*request.destination),
                 std::exchange(received_, {})};
}

bool LocalHandshake::accepts(const socks5::Credentials& offered) const {
  bool any = false;
  for (const auto& known : credentials_) {
    const bool user = equal_secret(known.user, offered.user);
    const bool password = equal_secret(known.password, offered.password);
    any = any || (user && password);
  }
  return any;
}

void LocalHandshake::consume(std::size_t octets) {
  received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(octets));
}

void LocalHandshake::answer(ByteView octets, ClientActions& out) {
  out.push(client::WriteLocal{local_, out.keep(to_bytes(octets))});
}

}  // namespace fullcone
