#include "conformance/bed/app_bed.hpp"

#include <utility>

namespace fullcone::conformance {
namespace {

// The next whole message of `parse`'s kind on `from`; ends the case when there is none.
template <class Parse>
auto receive_message(const Connection& from, const char* what, Parse&& parse) {
  from.bed().wait_until([&] { return !parse(from.unread()).needs_more() || from.is_closed(); });
  auto parsed = parse(from.unread());
  if (!parsed.parsed()) throw Unmet{what, from.describe_now(), "", parsed.needs_more()};
  const std::string_view octets = as_text(from.unread().first(parsed.consumed()));
  from.bed().received(from.name(), describe(octets), octets);
  from.take(parsed.consumed());
  return parsed.value();
}

}  // namespace

Connection AppBed::connect_as_app() {
  const std::string name = "app's connection " + std::to_string(next_number("app's connection"));
  Connection connection(*this, network().connect_as_app(), name);
  apps_.push_back(connection);
  connection.expect_open();
  return connection;
}

void AppBed::greet(const Connection& app) {
  Bytes octets;
  socks5::encode_greeting(subject().credentials.has_value(), octets);
  app.send(octets);
  const auto method = receive_message(app, "the method chosen", socks5::parse_method);
  if (method == socks5::Method::none) return;
  if (method != socks5::Method::user_password || !subject().credentials) {
    throw Unmet{"a method that was offered", app.describe_now(), ""};
  }
  octets.clear();
  socks5::encode_credentials(*subject().credentials, octets);
  app.send(octets);
  if (!receive_message(app, "the credentials' verdict", socks5::parse_credentials_verdict)) {
    throw Unmet{"the credentials to be accepted", app.describe_now(), ""};
  }
}

Endpoint AppBed::request_granted(const Connection& app, socks5::Command command,
                                 const Destination& destination) {
  Bytes octets;
  socks5::encode_request(command, destination, octets);
  app.send(octets);
  const auto reply = receive_message(app, "the reply to the request", socks5::parse_reply);
  if (reply.reply != socks5::Reply::succeeded) {
    throw Unmet{"reply 0, succeeded", "reply " + std::to_string(static_cast<int>(reply.reply)), ""};
  }
  return reply.bound;
}

App AppBed::associate() {
  const Association granted = open_association();
  return App(*this, granted.control, granted.relay, network().open_app_port());
}

AppBed::Association AppBed::open_association() {
  const Connection control = connect_as_app();
  greet(control);
  const Endpoint relay = request_granted(control, socks5::Command::udp_associate, Endpoint{});
  return {control, relay};
}

void AppBed::close_apps() {
  for (const Connection& app : apps_) app.close();
  apps_.clear();
}

}  // namespace fullcone::conformance
