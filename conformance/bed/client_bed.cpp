#include "conformance/bed/client_bed.hpp"

#include "conformance/bed/loss.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace fullcone::conformance {
namespace {

// A client may keep connections ready: one without an octet is no request.
bool asks(const Connection& connection) { return !connection.unread().empty(); }

}  // namespace

// ----- apps

Connection ClientBed::connect_through(const Destination& destination) {
  const Connection tunnel = connect_as_app();
  greet(tunnel);
  request_granted(tunnel, socks5::Command::connect, destination);
  return tunnel;
}

Endpoint ClientBed::destination(Family family) {
  const auto octet = [&] { return static_cast<std::uint8_t>(random().between(1, 254)); };
  const auto port = static_cast<std::uint16_t>(random().between(1024, 65535));
  if (family == Family::ipv4) return {IpAddress::v4(198, 51, 100, octet()), port};
  return {
      IpAddress::v6({0x20, 0x01, 0x0d, 0xb8, octet(), octet(), 0, 0, 0, 0, 0, 0, 0, 0, 0, octet()}),
      port};
}

// ----- what the client asks of its server

void ClientBed::look() {
  while (auto stream = network().accept_from_client()) {
    const std::string name =
        "client's connection " + std::to_string(next_number("client's connection"));
    Connection connection(*this, std::move(stream), name);
    served_.push_back(connection);
    unanswered_.push_back(connection);
  }
  std::erase_if(unanswered_, [](const Connection& connection) {
    return connection.is_closed() && connection.unread().empty();
  });
}

std::optional<ServedRequest> ClientBed::take_request() {
  look();
  for (auto next = unanswered_.begin(); next != unanswered_.end(); ++next) {
    const Connection connection = *next;
    const auto parsed = parse_request_header(connection.unread());
    if (parsed.needs_more()) continue;
    if (const auto* const fault = parsed.malformed()) {
      throw Unmet{"a well-formed request header",
                  std::string(fault->why) + ": " + connection.describe_now(), ""};
    }
    unanswered_.erase(next);
    Bytes octets = to_bytes(connection.unread().first(parsed.consumed()));
    connection.take(parsed.consumed());
    received(connection.name(),
             "a " + describe(parsed.value().command) + " request, " + describe(octets),
             as_text(octets));
    return ServedRequest(connection, parsed.value(), std::move(octets));
  }
  return std::nullopt;
}

ServedRequest ClientBed::next_request() {
  std::optional<ServedRequest> request;
  wait_until([&] {
    request = take_request();
    return request.has_value();
  });
  if (!request) {
    throw Unmet{"a request of the client",
                unanswered_.empty() ? "none" : unanswered_.front().describe_now(), "", true};
  }
  return *request;
}

ServedRequest ClientBed::next_request(Command command) {
  ServedRequest request = next_request();
  if (request.header().command != command) {
    throw Unmet{
        "a " + describe(command) + " request",
        "a " + describe(request.header().command) + " request, " + describe(request.octets()), ""};
  }
  return request;
}

void ClientBed::disregard_requests() {
  look();
  std::erase_if(unanswered_, asks);
}

ServedSession ClientBed::serve(const App& app, const Destination& destination) {
  const std::string first = unique("first");
  app.send_to(destination, first);
  const ServedRequest crumfurs = next_request(Command::crumfurs);
  crumfurs.establish();
  const ServedRequest channel = next_request(Command::udp);
  EXPECT(channel.receive_datagram() == first);
  return {crumfurs, channel};
}

Mux ClientBed::mux() {
  if (!mux_ || mux_->connection().is_closed()) {
    mux_.emplace(next_request(Command::mux).connection(), mux::Sender::client);
  }
  return *mux_;
}

MuxAssociation ClientBed::serve_by_mux(const App& app, const Destination& destination) {
  const std::string first = unique("first");
  app.send_to(destination, first);
  const Mux served = mux();
  Mux::Opened opened = served.next_open();
  const auto has_ended = [&] { return served.stream(opened.stream).ended; };
  while (served.wait_until([&] {
    return has_ended() || !served.stream(opened.stream).datagrams.empty();
  }) && has_ended()) {  // of an app that has left while a connection was dialled for it
    opened = served.next_open();
  }
  EXPECT(!opened.target);
  const MuxAssociation association(served, opened.stream);
  EXPECT(association.receive() == (MuxDatagram{destination, first}));
  return association;
}

ServedTunnel ClientBed::tunnel_by_mux(const Destination& destination) {
  const Connection app = connect_through(destination);
  const Mux served = mux();
  const Mux::Opened opened = served.next_open();
  EXPECT(opened.target == destination);
  return {app, MuxStream(served, opened.stream)};
}

Party ClientBed::requests() {
  return {"the suite's server",
          [this]() -> std::optional<std::string> {
            look();
            const auto asking = std::ranges::find_if(unanswered_, asks);
            if (asking == unanswered_.end()) return std::nullopt;
            return "from " + asking->describe_now();
          },
          [this] { unanswered_.erase(std::ranges::find_if(unanswered_, asks)); },
          {}};
}

// ----- before and after

void ClientBed::expect_service() {
  note("does the client still serve?");
  const App app = associate();
  const Endpoint there = destination();
  const std::string back = unique("back");
  if (subject().mode == ClientMode::mux) {
    serve_by_mux(app, there).send_to(there, back);
  } else {
    serve(app, there).channel.send_datagram(back);
  }
  EXPECT(app.receive() == (AppDatagram{there, back}));
  app.quit();
}

void ClientBed::calibrate(bool path_may_lose) {
  const TimePoint connecting = network().now();
  const App app = associate();
  const Endpoint there = destination();
  if (subject().mode == ClientMode::mux) {
    const MuxAssociation association = serve_by_mux(app, there);
    const TimePoint begun = network().now();
    association.send_to(there, unique("back"));
    app.receive();
    return measured(network().now() - begun);
  }
  const ServedSession session = serve(app, there);
  measured(network().now() - connecting);
  for (int i = 0; i < 5; ++i) {
    const TimePoint begun = network().now();
    app.send_to(there, unique("there"));
    session.channel.receive_datagram();
    session.channel.send_datagram(unique("back"));
    app.receive();
    measured(network().now() - begun);
  }
  if (!path_may_lose) return;
  Party hears = app;
  hears.send_marker = [&] {
    const std::string payload = unique("marker");
    session.channel.send_datagram(payload);
    return describe(AppDatagram{there, payload});
  };
  measured_loss(measure_loss(*this, hears));
}

bool ClientBed::is_mux(const Connection& connection) const {
  return mux_ && &mux_->connection().stream() == &connection.stream();
}

// Apps leave first, so that the client does not dial again. What it keeps ready it may keep, and a
// mux connection without streams.
void ClientBed::tear_down() {
  close_apps();
  const auto all_closed = [&] {
    look();
    const auto open = std::ranges::count_if(
        served_, [&](const Connection& each) { return !each.is_closed() && !is_mux(each); });
    return open == std::ranges::count_if(unanswered_, std::not_fn(asks));
  };
  run_until(all_closed, pace().round_trip * 4 + 100ms);
  for (const Connection& connection : served_) {
    if (!is_mux(connection)) connection.close();
  }
  wait_a_round_trip();
  while (const auto late = network().accept_from_client()) late->cut();
  served_.clear();
  unanswered_.clear();
}

}  // namespace fullcone::conformance
