#include "conformance/bed/connection.hpp"

#include <algorithm>
#include <utility>

namespace fullcone::conformance {

Connection::Connection(Bed& bed, std::unique_ptr<Stream> stream, std::string name)
    : state_(std::make_shared<State>(State{bed, std::move(stream), std::move(name)})) {}

void Connection::send(ByteView octets) const {
  bed().sent(name(), describe(as_text(octets)), as_text(octets));
  stream().send(octets);
}

void Connection::send_slowly(ByteView octets) const {
  bed().sent(name(), "octet by octet " + describe(as_text(octets)), as_text(octets));
  for (std::size_t i = 0; i < octets.size(); ++i) {
    stream().send(octets.subspan(i, 1));
    bed().run_until([] { return false; }, 1ms);
  }
}

std::string Connection::receive(std::size_t count) const {
  const bool came = bed().wait_until([&] { return unread().size() >= count || is_closed(); });
  if (unread().size() < count) {
    throw Unmet{std::to_string(count) + " octets from " + name(), describe_now(), "", !came};
  }
  std::string octets(as_text(unread().first(count)));
  take(count);
  bed().received(name(), describe(octets), octets);
  return octets;
}

std::string Connection::receive_all() const {
  bed().wait_until([&] { return is_closed(); });
  if (stream().state() != Stream::State::ended) {
    throw Unmet{"the end of " + name(), describe_now(), ""};
  }
  return receive(unread().size());
}

void Connection::end() const {
  bed().sent(name(), "the end of its stream");
  stream().end();
}

void Connection::close() const {
  bed().sent(name(), "its close");
  stream().close();
}

void Connection::cut() const {
  bed().sent(name(), "a reset");
  stream().cut();
}

void Connection::expect_open() const {
  bed().wait_until([&] { return stream().state() != Stream::State::opening; });
  if (stream().state() == Stream::State::open || stream().state() == Stream::State::ended) return;
  throw Unmet{name() + " to be established", describe_now(), "", true};
}

// Long before the header timeout, which would close it for another reason.
Finding Connection::closes_silently() const {
  const Duration before_timeout = bed().subject().header_timeout / 2;
  return closes_silently_within(std::min(bed().pace().answer_limit, before_timeout));
}

Finding Connection::closes_silently_within(Duration limit) const {
  bed().run_until([&] { return is_closed() || !unread().empty(); }, limit);
  return {is_closed() && unread().empty(), describe_now()};
}

Finding Connection::closes() const {
  bed().wait_until([&] { return is_closed(); });
  return {is_closed(), describe_now()};
}

Finding Connection::ends_cleanly() const {
  bed().wait_until([&] { return is_closed() || !unread().empty(); });
  return {stream().state() == Stream::State::ended && unread().empty(), describe_now()};
}

Finding Connection::is_open() const {
  return {stream().state() == Stream::State::open, describe_now()};
}

Finding Connection::is_kept_alive(Duration limit) const {
  const auto& timer = bed().powers().keepalive_timer;
  if (!timer) bed().skip("the subject's sockets cannot be seen");
  std::optional<Duration> due;
  bed().wait_until([&] {  // while something is not acknowledged yet, another timer runs
    due = timer(stream());
    return due.has_value();
  });
  return {due && *due <= limit,
          name() + (due ? " is probed in " + describe(*due) : " has no keepalive timer")};
}

bool Connection::is_closed() const {
  return stream().state() == Stream::State::ended || stream().state() == Stream::State::lost;
}

std::string Connection::describe_now() const {
  return name() + " is " + describe(stream().state()) +
         (unread().empty() ? "" : ", with " + describe(as_text(unread())));
}

Connection::operator Party() const {
  const Connection connection = *this;
  return {name(),
          [connection]() -> std::optional<std::string> {
            if (!connection.unread().empty()) return describe(as_text(connection.unread()));
            if (connection.is_closed()) return describe(connection.stream().state());
            return std::nullopt;
          },
          [connection] { connection.take(connection.unread().size()); },
          {}};
}

}  // namespace fullcone::conformance
