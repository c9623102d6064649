#include "simulator/socks_handshake.hpp"

#include <utility>

namespace fullcone::sim {

SocksHandshake::SocksHandshake(socks5::Command command, Destination destination,
                               std::optional<socks5::Credentials> credentials)
    : command_(command),
      destination_(std::move(destination)),
      credentials_(std::move(credentials)) {}

void SocksHandshake::advance(RawStream& stream) {
  if (stream.state() == RawStream::State::connecting) return;
  while (!done() && !failed() && step(stream)) {
  }
  if (!done() && !stream.open()) step_ = Step::failed;
}

// False: the next message is not all there yet.
bool SocksHandshake::step(RawStream& stream) {
  const auto take = [&](const auto& parsed, Step next) {
    if (parsed.needs_more()) return false;
    step_ = parsed.parsed() ? next : Step::failed;
    if (parsed.parsed()) stream.take(parsed.consumed());
    return true;
  };
  switch (step_) {
    case Step::greeting: {
      Bytes greeting;
      socks5::encode_greeting(credentials_.has_value(), greeting);
      stream.send(greeting);
      step_ = Step::method;
      return true;
    }
    case Step::method: {
      const auto parsed = socks5::parse_method(stream.received());
      if (!take(parsed, Step::verdict)) return false;
      if (!failed()) on_method(stream, parsed.value());
      return true;
    }
    case Step::verdict: {
      const auto parsed = socks5::parse_credentials_verdict(stream.received());
      if (!take(parsed, Step::reply)) return false;
      if (!failed() && parsed.value()) send_request(stream);
      if (!failed() && !parsed.value()) step_ = Step::failed;
      return true;
    }
    case Step::reply: {
      const auto parsed = socks5::parse_reply(stream.received());
      if (!take(parsed, Step::done)) return false;
      if (!failed()) reply_ = parsed.value();
      if (reply_ && reply_->reply != socks5::Reply::succeeded) step_ = Step::failed;
      return true;
    }
    case Step::done:
    case Step::failed:
      return false;
  }
  return false;
}

void SocksHandshake::on_method(RawStream& stream, socks5::Method method) {
  if (method == socks5::Method::none) {
    step_ = Step::reply;
    send_request(stream);
  } else if (method == socks5::Method::user_password && credentials_) {
    Bytes octets;
    socks5::encode_credentials(*credentials_, octets);
    stream.send(octets);
  } else {
    step_ = Step::failed;
  }
}

void SocksHandshake::send_request(RawStream& stream) {
  Bytes request;
  socks5::encode_request(command_, destination_, request);
  stream.send(request);
}

}  // namespace fullcone::sim
