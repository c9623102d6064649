#include "core/client_association.hpp"

#include <algorithm>
#include <utility>

#include "wire/datagram_frame.hpp"
#include "wire/host.hpp"
#include "wire/request_header.hpp"

namespace fullcone {
namespace {

SessionId random_session(Random& random) {
  SessionId id;
  for (auto& octet : id.octets) octet = static_cast<std::uint8_t>(random.next() >> 56);
  return id;
}

// Its size as a frame: an empty datagram takes room too.
std::size_t framed(ByteView payload) {
  return datagram_frame_head(payload.size()).size() + payload.size();
}

}  // namespace

ClientAssociation::ClientAssociation(LocalId local, const IpAddress& app,
                                     const ClientSettings& settings, ReadyConnections& connections,
                                     ClientMux& mux, Random& random, ClientCounters& counters)
    : local_(local),
      app_address_(app),
      settings_(settings),
      connections_(connections),
      counters_(counters),
      session_(random_session(random)),
      crumfurs_(settings, session_, connections, random, counters),
      mux_(local, settings, mux, random.next()),
      by_destination_(0, DestinationHash{random.next()}),
      refusals_(settings.limits.refused_hold, random.next()) {}

// ----- from the app

void ClientAssociation::on_app_datagram(const Endpoint& source, ByteView datagram, TimePoint now,
                                        ClientActions& out) {
  ++counters_.from_app;
  if (!takes_from(source)) {
    ++counters_.dropped_foreign;
    return;
  }
  const auto parsed = socks5::parse_udp_datagram(datagram);
  const auto* const message = std::get_if<socks5::UdpDatagram>(&parsed);
  if (message == nullptr || port_of(message->destination) == 0) {
    ++counters_.dropped_malformed;
    return;
  }
  if (message->fragment != 0) {
    ++counters_.dropped_fragment;
    return;
  }
  if (!by_destination_.contains(message->destination) &&
      mux_.takes(message->destination, by_destination_.size())) {
    return mux_.send(message->destination, message->payload, now, out);
  }
  const auto index = channel_to(message->destination, now, out);
  if (!index) return;
  if (channels_[*index].phase == ChannelPhase::awaiting_session) crumfurs_.need(now, out);
  send(*index, message->payload, now, out);
}

bool ClientAssociation::takes_from(const Endpoint& source) {
  if (!app_ && source.ip == app_address_) app_ = source;
  return app_ == source;
}

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
  if (!channel.budget.take(head.size() + payload.size())) {
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

// ----- facts about its connections

void ClientAssociation::on_connected(ConnectionId id, TimePoint now, ClientActions& out) {
  if (crumfurs_.owns(id)) {
    crumfurs_.on_connected(now, out);
  } else if (const auto found = by_connection_.find(id); found != by_connection_.end()) {
    Channel& channel = channels_[found->second];
    if (!may_request()) return hang_up(channel, out);  // CRUMFURS was lost meanwhile
    touch(found->second, now);
    channel.opened_at = now;
    open_with_waiting(found->second, out);
  }
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
  channel.budget.take(octets.size());
  out.push(client::WriteServer{channel.connection, {}, out.keep(std::move(octets))});
}

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

void ClientAssociation::on_server_bytes(ConnectionId id, ByteView bytes, TimePoint now,
                                        ClientActions& out) {
  if (crumfurs_.owns(id)) {
    read_crumfurs(id, bytes, now, out);
  } else if (const auto found = by_connection_.find(id); found != by_connection_.end()) {
    read_channel(found->second, bytes, now, out);
  }
}

void ClientAssociation::read_crumfurs(ConnectionId id, ByteView bytes, TimePoint now,
                                      ClientActions& out) {
  const auto reading = crumfurs_.on_bytes(bytes, now, out, [&](const Umfurs& message) {
    mux_.on_umfurs(message.source);
    deliver(socks5::encode_udp_head(message.source), message.payload, out);
  });
  if (reading == ClientCrumfurs::Reading::violated) {
    out.push(client::CloseServer{id, CloseKind::abort});
    crumfurs_.on_lost(now, out);
  } else if (reading == ClientCrumfurs::Reading::just_established) {
    for (auto at = recency_.front(); at != kNoIndex; at = channels_[at].in_recency.next) {
      if (channels_[at].phase == ChannelPhase::awaiting_session) connect(at, now, out);
    }
  }
}

void ClientAssociation::read_channel(SlabIndex index, ByteView bytes, TimePoint now,
                                     ClientActions& out) {
  Channel& channel = channels_[index];
  if (channel.in_doubt) trust(index);
  const auto payload = channel.response.strip(bytes);
  if (!payload) {
    refusals_.add(channel.destination, now);
    return close_channel(index, out);
  }
  touch(index, now);
  channel.answered = true;
  const socks5::UdpHead head = socks5::encode_udp_head(channel.destination);
  channel.frames.feed(*payload, out, [&](ByteView datagram) {
    deliver(head, datagram, out);
    return true;
  });
}

void ClientAssociation::deliver(const socks5::UdpHead& head, ByteView payload, ClientActions& out) {
  ++counters_.from_server;
  if (!app_) {
    ++counters_.dropped_unpinned;
  } else if (head.size() + payload.size() > max_udp_payload(app_->family())) {
    ++counters_.dropped_too_large;
  } else {
    ++counters_.to_app;
    out.push(client::SendToApp{local_, *app_, head, payload});
  }
}

void ClientAssociation::on_mux_datagram(const Endpoint& peer, ByteView payload,
                                        ClientActions& out) {
  mux_.on_datagram(peer);
  deliver(socks5::encode_udp_head(peer), payload, out);
}

void ClientAssociation::on_written(ConnectionId id, std::size_t octets) {
  const auto found = by_connection_.find(id);
  if (found != by_connection_.end()) channels_[found->second].budget.written(octets);
}

void ClientAssociation::on_ended(ConnectionId id, TimePoint now, ClientActions& out) {
  if (crumfurs_.owns(id)) {
    out.push(client::CloseServer{id});
    crumfurs_.on_ended(now, out);
  } else if (const auto found = by_connection_.find(id); found != by_connection_.end()) {
    if (may_repeat(found->second)) {
      out.push(client::CloseServer{id});
      return repeat_request(found->second, now, out);
    }
    note_refusal(found->second, now);
    close_channel(found->second, out);
  }
}

void ClientAssociation::on_lost(ConnectionId id, TimePoint now, ClientActions& out) {
  if (crumfurs_.owns(id)) {
    crumfurs_.on_lost(now, out);
  } else if (const auto found = by_connection_.find(id); found != by_connection_.end()) {
    if (may_repeat(found->second)) return repeat_request(found->second, now, out);
    note_refusal(found->second, now);
    remove_channel(found->second);
  }
}

void ClientAssociation::note_refusal(SlabIndex index, TimePoint now) {
  ++counters_.channels_lost;
  const Channel& channel = channels_[index];
  const bool lived = channel.opened_at && now - *channel.opened_at >= settings_.limits.refused_hold;
  if (!channel.answered && !lived) refusals_.add(channel.destination, now);
}

// ----- time and the end

void ClientAssociation::on_deadline(TimePoint now, ClientActions& out) {
  crumfurs_.on_deadline(now, out);
  refusals_.release(now);
  const Duration doubt = settings_.limits.ready_retry;
  while (!doubtful_.empty() && *channels_[doubtful_.front()].opened_at + doubt <= now) {
    trust(doubtful_.front());
  }
  const Duration idle = settings_.limits.channel_idle;
  while (!recency_.empty() && channels_[recency_.front()].last_used + idle <= now) {
    close_channel(recency_.front(), out);
  }
}

std::optional<TimePoint> ClientAssociation::next_deadline() const {
  std::optional<TimePoint> next = crumfurs_.deadline();
  const auto sooner = [&](TimePoint due) { next = next ? std::min(*next, due) : due; };
  if (const auto release = refusals_.next_release()) sooner(*release);
  if (!doubtful_.empty()) {
    sooner(*channels_[doubtful_.front()].opened_at + settings_.limits.ready_retry);
  }
  if (!recency_.empty()) {
    sooner(channels_[recency_.front()].last_used + settings_.limits.channel_idle);
  }
  return next;
}

void ClientAssociation::end(TimePoint now, ClientActions& out) {
  mux_.end(now, out);
  while (!recency_.empty()) close_channel(recency_.front(), out);
  crumfurs_.end(out);
  out.push(client::CloseRelay{local_});
}

// ----- channels

void ClientAssociation::touch(SlabIndex index, TimePoint now) {
  channels_[index].last_used = now;
  recency_.move_to_back(channels_, index);
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
