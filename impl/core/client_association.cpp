#include "core/client_association.hpp"

#include <algorithm>
#include <utility>

#include "wire/host.hpp"

namespace fullcone {
namespace {

SessionId random_session(Random& random) {
  SessionId id;
  for (auto& octet : id.octets) octet = static_cast<std::uint8_t>(random.next() >> 56);
  return id;
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

}  // namespace fullcone
