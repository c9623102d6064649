// The isolated channels of an association: each opened for a destination, with what waited for it,
// in doubt while on a ready connection, and closed or lost. What is read from them, and the facts
// that drive them, are in client_association.cpp.
#include <utility>

#include "core/client_association.hpp"
#include "wire/datagram_frame.hpp"
#include "wire/request_header.hpp"

namespace fullcone {
namespace {

// Its size as a frame: an empty datagram takes room too.
std::size_t framed(ByteView payload) {
  return datagram_frame_head(payload.size()).size() + payload.size();
}

}  // namespace

// The open or opening channel to `destination`, or a new one (UDP-3); nullopt: just refused.
std::optional<SlabIndex> ClientAssociation::channel_to(const Destination& destination,
                                                       TimePoint now, ClientActions& out) {
  const auto known = by_destination_.find(destination);
  if (known != by_destination_.end()) return known->second;
  if (refusals_.holds(destination, now)) {
    ++counters_.dropped_refused;
    return std::nullopt;
  }
  if (by_destination_.size() >= settings_.limits.channels) close_channel(recency_.front(), out);

  const SlabIndex index =
      channels_.add(Channel{.destination = destination,
                            .phase = ChannelPhase::awaiting_session,
                            .connection = {},
                            .in_doubt = false,
                            .repeated = false,
                            .waiting = {},
                            .sent = {},
                            .frames = {},
                            .response = V0ResponseStripper(settings_.version == 0),
                            .budget = SendBudget(settings_.limits.channel_queue_bytes),
                            .opened_at = std::nullopt,
                            .answered = false,
                            .last_used = now,
                            .in_recency = {},
                            .in_doubtful = {}});
  by_destination_.emplace(destination, index);
  recency_.push_back(channels_, index);
  if (may_request()) connect(index, now, out);
  return index;
}

// CRUM-4
bool ClientAssociation::may_request() const {
  return settings_.version == 0 || crumfurs_.established();
}

void ClientAssociation::connect(SlabIndex index, TimePoint now, ClientActions& out) {
  Channel& channel = channels_[index];
  const auto taken =
      channel.repeated ? connections_.dial_afresh(now, out) : connections_.take(now, out);
  channel.phase = ChannelPhase::connecting;
  channel.connection = taken.connection;
  channel.in_doubt = taken.ready;
  by_connection_.emplace(channel.connection, index);
}

void ClientAssociation::send(SlabIndex index, ByteView payload, TimePoint now, ClientActions& out) {
  Channel& channel = channels_[index];
  touch(index, now);
  if (channel.phase != ChannelPhase::open) return wait_for_channel(channel, payload);
  const FrameHead head = datagram_frame_head(payload.size());
  if (!channel.budget.take(head.size() + payload.size(), now)) {
    ++counters_.dropped_channel_full;
    return;
  }
  ++counters_.sent_on_channel;
  out.push(client::WriteServer{channel.connection, head, payload});
  if (channel.in_doubt) keep_copy(channel, payload);
}

// Copies of what was sent go first, then, oldest first and within the channel, what the
// association's bound has no room for.
void ClientAssociation::wait_for_channel(Channel& channel, ByteView payload) {
  const auto over = [&] {  // what is about to leave on a ready connection does not wait
    return !channel.in_doubt && waiting_bytes_ + framed(payload) > settings_.limits.waiting_bytes;
  };
  while (over() && !doubtful_.empty()) trust(doubtful_.front());
  while (over() && !channel.waiting.empty()) {
    waiting_bytes_ -= framed(channel.waiting.front());
    channel.waiting.pop_front();
    --counters_.waiting;
    ++counters_.dropped_waiting_full;
  }
  if (over()) {
    ++counters_.dropped_waiting_full;
    return;
  }
  waiting_bytes_ += framed(payload);
  channel.waiting.push_back(to_bytes(payload));
  ++counters_.waiting;
}

// The request and all that waited leave in one write.
void ClientAssociation::open_with_waiting(SlabIndex index, ClientActions& out) {
  Channel& channel = channels_[index];
  channel.phase = ChannelPhase::open;
  ++counters_.channels_opened;
  Bytes octets;
  encode_request_header({.version = settings_.version,
                         .user = settings_.user,
                         .session = settings_.version == 0 ? SessionId{} : session_,
                         .mapping = MappingPolicy::by_destination,
                         .command = Command::udp,
                         .destination = channel.destination},
                        octets);
  for (const Bytes& payload : channel.waiting) {
    append(octets, datagram_frame_head(payload.size()).view());
    append(octets, payload);
  }
  counters_.waiting -= channel.waiting.size();
  counters_.sent_on_channel += channel.waiting.size();
  channel.sent = std::exchange(channel.waiting, {});
  doubtful_.push_back(channels_, index);
  if (!channel.in_doubt || waiting_bytes_ > settings_.limits.waiting_bytes) trust(index);
  channel.budget.take(octets.size(), *channel.opened_at);
  out.push(client::WriteServer{channel.connection, {}, out.keep(std::move(octets))});
}

// ----- in doubt

// What there is no room for is lost if the channel is.
void ClientAssociation::keep_copy(Channel& channel, ByteView payload) {
  if (waiting_bytes_ + framed(payload) > settings_.limits.waiting_bytes) return;
  waiting_bytes_ += framed(payload);
  channel.sent.push_back(to_bytes(payload));
}

// An open channel's request has arrived, for all we know.
void ClientAssociation::trust(SlabIndex index) {
  Channel& channel = channels_[index];
  for (const Bytes& payload : channel.sent) waiting_bytes_ -= framed(payload);
  channel.sent = {};
  channel.in_doubt = false;
  doubtful_.erase(channels_, index);
}

// Without a datagram to send again nobody needs the channel, nor CRUMFURS for it (CRUM-5).
bool ClientAssociation::may_repeat(SlabIndex index) const {
  const Channel& channel = channels_[index];
  return channel.in_doubt && !channel.sent.empty();
}

// The connection of an open channel in doubt is gone, and the driver does not hold it any more.
void ClientAssociation::repeat_request(SlabIndex index, TimePoint now, ClientActions& out) {
  Channel& channel = channels_[index];
  ++counters_.requests_repeated;
  by_connection_.erase(channel.connection);
  doubtful_.erase(channels_, index);
  channel.in_doubt = false;
  channel.repeated = true;
  counters_.sent_on_channel -= channel.sent.size();
  counters_.waiting += channel.sent.size();
  channel.waiting = std::exchange(channel.sent, {});
  channel.budget = SendBudget(settings_.limits.channel_queue_bytes);
  channel.opened_at.reset();
  channel.phase = ChannelPhase::awaiting_session;
  may_request() ? connect(index, now, out) : crumfurs_.need(now, out);
}

// ----- the end of one

void ClientAssociation::touch(SlabIndex index, TimePoint now) {
  channels_[index].last_used = now;
  recency_.move_to_back(channels_, index);
}

void ClientAssociation::note_refusal(SlabIndex index, TimePoint now) {
  ++counters_.channels_lost;
  const Channel& channel = channels_[index];
  const bool lived = channel.opened_at && now - *channel.opened_at >= settings_.limits.refused_hold;
  if (!channel.answered && !lived) refusals_.add(channel.destination, now);
}

void ClientAssociation::close_channel(SlabIndex index, ClientActions& out) {
  if (channels_[index].phase != ChannelPhase::awaiting_session) hang_up(channels_[index], out);
  remove_channel(index);
}

void ClientAssociation::hang_up(Channel& channel, ClientActions& out) {
  out.push(client::CloseServer{channel.connection});
  by_connection_.erase(channel.connection);
  if (channel.phase == ChannelPhase::connecting) channel.in_doubt = false;  // not listed yet
  channel.phase = ChannelPhase::awaiting_session;
}

void ClientAssociation::remove_channel(SlabIndex index) {
  Channel& channel = channels_[index];
  if (channel.in_doubt) trust(index);
  for (const Bytes& payload : channel.waiting) waiting_bytes_ -= framed(payload);
  counters_.waiting -= channel.waiting.size();
  counters_.dropped_with_channel += channel.waiting.size();
  by_destination_.erase(channel.destination);
  if (channel.phase != ChannelPhase::awaiting_session) by_connection_.erase(channel.connection);
  recency_.erase(channels_, index);
  channel.waiting = {};
  channel.frames = {};
  channels_.remove(index);
}

}  // namespace fullcone
