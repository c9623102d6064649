#include "conformance/bed/channel.hpp"

#include <algorithm>
#include <utility>

#include "conformance/bed/request.hpp"

namespace fullcone::conformance {
namespace {

constexpr std::size_t kLengthOctets = 2;

// The size of the frame that begins `octets`, if its length is there.
std::optional<std::size_t> frame_size(ByteView octets) {
  const auto length = ByteReader(octets).u16();
  if (!length) return std::nullopt;
  return kLengthOctets + *length;
}

bool holds_frame(ByteView octets) {
  const auto size = frame_size(octets);
  return size && octets.size() >= *size;
}

}  // namespace

Channel::Channel(Connection connection, std::uint8_t version, std::optional<Peer> peer)
    : state_(std::make_shared<State>(
          State{std::move(connection), version == 0, std::move(peer), {}})) {}

void Channel::send(std::string_view payload) const {
  state_->sent.emplace_back(payload);
  connection().send(frame(payload));
}

std::string Channel::receive() const {
  take_response();
  const auto& from = connection();
  const bool came =
      from.bed().wait_until([&] { return holds_frame(from.unread()) || from.is_closed(); });
  if (!holds_frame(from.unread())) {
    throw Unmet{"a datagram on " + from.name(), from.describe_now(), "", !came};
  }
  const std::size_t size = *frame_size(from.unread());
  std::string payload(as_text(from.unread().subspan(kLengthOctets, size - kLengthOctets)));
  from.take(size);
  from.bed().received(from.name(), "a datagram, " + describe(payload), payload);
  return payload;
}

void Channel::take_response() const {
  if (!std::exchange(state_->response_due, false)) return;
  const std::string response = connection().receive(2);
  if (response != std::string_view("\0\0", 2)) {
    throw Unmet{"the v0 response 0000 first", describe(response), ""};
  }
}

Endpoint Channel::external_port() const {
  const std::string probe = connection().bed().unique("port?");
  send(probe);
  return state_->peer.value().receive_from(probe);
}

std::optional<Endpoint> Channel::known_port() const {
  if (!state_->peer) return std::nullopt;
  std::optional<Endpoint> port;
  for (const auto& datagram : state_->peer->received()) {
    if (std::ranges::find(state_->sent, datagram.payload) != state_->sent.end()) {
      port = datagram.source;
    }
  }
  return port;
}

std::optional<std::string> Channel::next() const {
  if (state_->response_due && connection().unread().size() >= 2) take_response();
  const ByteView unread = connection().unread();
  if (!state_->response_due && holds_frame(unread)) {
    return describe(as_text(unread.subspan(kLengthOctets, *frame_size(unread) - kLengthOctets)));
  }
  if (connection().is_closed()) return describe(connection().stream().state());
  return std::nullopt;
}

Channel::operator Party() const {
  const Channel channel = *this;
  return {connection().name(), [channel] { return channel.next(); },
          [channel] { channel.connection().take(*frame_size(channel.connection().unread())); },
          [channel]() -> std::optional<std::string> {
            const auto port = channel.known_port();
            if (!port || channel.connection().is_closed()) return std::nullopt;
            const std::string marker = channel.connection().bed().unique("marker");
            channel.state_->peer->send_to(*port, marker);
            return describe(marker);
          }};
}

}  // namespace fullcone::conformance
