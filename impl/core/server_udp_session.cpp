#include "core/server_udp_session.hpp"

#include <algorithm>

namespace fullcone {
ServerUdpSession::ServerUdpSession(MappingPolicy policy, const SessionLimits& limits,
                                   IdSource<MappingId>& mapping_ids, ServerCounters& counters,
                                   std::uint64_t hash_seed)
    : limits_(limits),
      mapping_ids_(mapping_ids),
      counters_(counters),
      cone_(policy, limits, hash_seed),
      crumfurs_(limits, counters),
      stacks_(0, EndpointHash{hash_seed}),
      pins_(0, DestinationHash{hash_seed}) {}

void ServerUdpSession::on_crumfurs_opened(ConnectionId connection, ServerActions& out) {
  crumfurs_.establish(connection, out);
}

void ServerUdpSession::on_crumfurs_cut(TimePoint now) { crumfurs_.on_cut(now); }

std::optional<Endpoint> ServerUdpSession::pinned(const NamedEndpoint& name) const {
  const auto found = pins_.find(name);
  if (found == pins_.end()) return std::nullopt;
  return found->second;
}

ServerUdpSession::Channel* ServerUdpSession::on_channel_opened(
    ConnectionId connection, const Endpoint& destination, const std::optional<NamedEndpoint>& name,
    TimePoint now, ServerActions& out) {
  const bool new_pin = name && !pins_.contains(*name);
  const bool within_bounds =
      channels_.size() < limits_.channels && (!new_pin || pins_.size() < limits_.dialled);
  const auto mapping = within_bounds ? mapping_towards(destination, now, out) : std::nullopt;
  if (!mapping) {
    ++counters_.connections_refused;
    out.push(server::Close{connection});
    return nullptr;
  }
  if (name) pin(*name, destination, *mapping);
  channels_of_mapping_.insert({*mapping, connection});

  const auto opened =
      channels_
          .emplace(connection, std::make_unique<Channel>(
                                   Channel{.mapping = *mapping,
                                           .cone_mapping = cone_.find(*mapping),
                                           .destination = destination,
                                           .frames = {},
                                           .connection = connection,
                                           .budget = SendBudget(limits_.channel_queue_bytes)}))
          .first->second.get();
  const Stack empty{nullptr, cone_.place_of(destination)};
  Channel*& top = stacks_.try_emplace(destination, empty).first->second.top;
  opened->below = top;
  if (top != nullptr) top->above = opened;
  return top = opened;
}

void ServerUdpSession::pin(Destination name, const Endpoint& endpoint, MappingId mapping) {
  if (pins_.try_emplace(name, endpoint).second) pins_of_mapping_.emplace(mapping, std::move(name));
}

std::optional<MappingId> ServerUdpSession::mapping_towards(const Endpoint& destination,
                                                           TimePoint now, ServerActions& out) {
  auto mapping = cone_.mapping_for(destination);
  const bool is_new = !mapping.has_value();
  if (is_new) {
    if (!cone_.has_room()) return std::nullopt;
    mapping = mapping_ids_.next();
    cone_.open(*mapping, destination.family(), now);
  }
  if (!cone_.dial(destination, *mapping)) {
    if (is_new) cone_.close(*mapping);
    return std::nullopt;
  }
  if (is_new) {
    ++counters_.mappings_opened;
    out.push(server::OpenMapping{*mapping, destination.family()});
  }
  return mapping;
}

void ServerUdpSession::on_channel_bytes(Channel& channel, ByteView bytes, TimePoint now,
                                        ServerActions& out) {
  bool any_sent = false;
  channel.frames.feed(bytes, out, [&](ByteView payload) {
    any_sent |= send_frame(channel, payload, out);
    return true;
  });
  if (any_sent) ConeTable::on_sent(*channel.cone_mapping, now);
}

bool ServerUdpSession::send_frame(const Channel& channel, ByteView payload, ServerActions& out) {
  ++counters_.frames_in;
  if (payload.size() > max_udp_payload(channel.destination.family())) {
    ++counters_.dropped_too_large_out;
    return false;
  }
  ++counters_.datagrams_sent;
  out.push(server::SendDatagram{channel.mapping, channel.destination, payload});
  return true;
}

void ServerUdpSession::on_channel_gone(ConnectionId connection) {
  const auto found = channels_.find(connection);
  if (found == channels_.end()) return;
  const Channel& gone = *found->second;
  if (gone.below != nullptr) gone.below->above = gone.above;
  if (gone.above != nullptr) {
    gone.above->below = gone.below;
  } else if (gone.below != nullptr) {
    stacks_.at(gone.destination).top = gone.below;
  } else {
    stacks_.erase(gone.destination);
  }
  channels_of_mapping_.erase({gone.mapping, connection});
  channels_.erase(found);
}

void ServerUdpSession::on_written(Channel& channel, std::size_t octets) {
  channel.budget.written(octets);
}

void ServerUdpSession::on_written(ConnectionId connection, std::size_t octets) {
  if (crumfurs_.connection() == connection) crumfurs_.on_written(octets);
}

void ServerUdpSession::on_datagram(ConeTable::Mapping& mapping, const Endpoint& source,
                                   ByteView payload, TimePoint now, ServerActions& out) {
  ++counters_.datagrams_in;
  const auto known = stacks_.find(source);
  if (known != stacks_.end()) {
    cone_.on_heard(mapping, known->second.in_cone, now);
    deliver_on_channel(*known->second.top, payload, now, out);
  } else {
    cone_.on_heard(mapping, source, now);
    crumfurs_.deliver(source, payload, out);
  }
}

void ServerUdpSession::deliver_on_channel(Channel& channel, ByteView payload, TimePoint now,
                                          ServerActions& out) {
  const FrameHead head = datagram_frame_head(payload.size());
  if (!channel.budget.take(head.size() + payload.size(), now)) {
    ++counters_.dropped_channel_full;
    return;
  }
  ++counters_.delivered_on_channel;
  out.push(server::Write{channel.connection, head, payload});
}

void ServerUdpSession::on_mapping_failed(MappingId mapping, ServerActions& out) {
  if (!cone_.contains(mapping)) return;
  cone_.close(mapping);
  close_users_of(mapping, out);
}

void ServerUdpSession::on_deadline(TimePoint now, ServerActions& out) {
  if (crumfurs_.grace_ends() && *crumfurs_.grace_ends() <= now) {
    end(out);
    return;
  }
  while (const auto mapping = cone_.expired(now)) {
    ++counters_.mappings_expired;
    close_mapping(*mapping, out);
  }
}

std::optional<TimePoint> ServerUdpSession::next_deadline() const {
  const auto grace = crumfurs_.grace_ends();
  const auto expiry = cone_.next_expiry();
  if (grace && expiry) return std::min(*grace, *expiry);
  return grace ? grace : expiry;
}

void ServerUdpSession::close_mapping(MappingId mapping, ServerActions& out) {
  cone_.close(mapping);
  out.push(server::CloseMapping{mapping});
  close_users_of(mapping, out);
}

void ServerUdpSession::close_users_of(MappingId mapping, ServerActions& out) {
  auto next = channels_of_mapping_.lower_bound({mapping, ConnectionId{}});
  while (next != channels_of_mapping_.end() && next->first == mapping) {
    const ConnectionId channel = next->second;
    ++next;
    on_channel_gone(channel);
    out.push(server::Close{channel});
  }
  const auto [first, last] = pins_of_mapping_.equal_range(mapping);
  for (auto pin = first; pin != last; ++pin) pins_.erase(pin->second);
  pins_of_mapping_.erase(first, last);
}

void ServerUdpSession::end(ServerActions& out) {
  ended_ = true;
  crumfurs_.close(out);
  for (const auto& [mapping, channel] : channels_of_mapping_) out.push(server::Close{channel});
  channels_of_mapping_.clear();
  stacks_.clear();
  channels_.clear();
  pins_of_mapping_.clear();
  pins_.clear();
  for (const MappingId mapping : cone_.close_all()) out.push(server::CloseMapping{mapping});
}

}  // namespace fullcone
