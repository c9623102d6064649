// The part of ReferenceClient that says what each fact makes due.
#include "simulator/reference_client.hpp"

#include <algorithm>
#include <utility>

namespace fullcone::sim {

void ReferenceClient::on_restarted() {
  locals_.clear();
  channels_.clear();
  spares_.clear();
  used_at_.reset();
  is_shut_down_ = false;
  due_to_app_.clear();
  due_closes_.clear();
  sending_.reset();
  touched_.clear();
  unopened_.clear();
  go_on_by_mux_.clear();
  unclear_targets_.clear();
  mux_dial_.reset();
  mux_redial_by_.reset();
  look_at_ = TimePoint::max();
}

ReferenceClient::Local* ReferenceClient::find(LocalId id) {
  const auto found = locals_.find(id);
  return found == locals_.end() ? nullptr : &found->second;
}

ReferenceClient::Channel* ReferenceClient::find(ConnectionId id) {
  const auto found = channels_.find(id);
  return found == channels_.end() ? nullptr : &found->second;
}

ReferenceClient::Local* ReferenceClient::owner_of(const Channel* channel) {
  Local* const owner = channel != nullptr && channel->owner ? find(*channel->owner) : nullptr;
  return owner != nullptr && !owner->lost_track ? owner : nullptr;
}

void ReferenceClient::begin(TimePoint now, std::optional<LocalId> acting) {
  now_ = now;
  acting_ = acting;
  if (!spares_.empty()) judge_age_of_spares();
  if (mux_redial_by_) judge_mux_redial();
  if (now <= look_at_) return;
  look_at_ = TimePoint::max();
  for (auto& [id, local] : locals_) {
    if (!local.redial_by) continue;
    if (*local.redial_by >= now) {
      look_at_ = std::min(look_at_, *local.redial_by);
      continue;
    }
    if (is_dialling_a_spare()) {  // that may be it: its request will tell
      look_at_ = now;
      continue;
    }
    local.redial_by.reset();
    report("CRUM-8", "CRUMFURS was cut, and is not dialled again");
  }
}

void ReferenceClient::begin(TimePoint now, const Channel* channel) {
  begin(now, channel == nullptr ? std::nullopt : channel->owner);
}

void ReferenceClient::on_other(TimePoint now) { begin(now, nullptr); }

void ReferenceClient::on_shutdown(TimePoint now) {
  begin(now, std::nullopt);
  is_shut_down_ = true;
  for (auto& [id, local] : locals_) {
    local.over = true;
    if (local.tunnel) local.tunnel->on_failed();
  }
}

// ----- an app's connection

void ReferenceClient::on_local_accepted(LocalId id, const IpAddress& app, const IpAddress& address,
                                        TimePoint now) {
  begin(now, id);
  locals_[id].app = app;
  locals_[id].address = address;
}

void ReferenceClient::on_local_bytes(LocalId id, ByteView bytes, TimePoint now) {
  begin(now, id);
  Local* const local = find(id);
  if (local == nullptr || local->is_association || local->lost_track) return;
  if (local->tunnel) return local->tunnel->on_local_bytes(bytes);
  append(local->handshake, bytes);
  if (settings_.tcp == TcpMode::mux) begin_mux_tunnel(id, *local);
}

void ReferenceClient::on_local_end(LocalId id, TimePoint now) {
  begin(now, id);
  Local* const local = find(id);
  if (local == nullptr) return;
  if (local->tunnel) return local->tunnel->on_local_end();
  local->over = true;
}

void ReferenceClient::on_local_lost(LocalId id, TimePoint now) {
  begin(now, id);
  Local* const local = find(id);
  if (local == nullptr) return;
  local->over = true;
  if (local->tunnel) local->tunnel->on_failed();
}

// SOCKS-2 and SOCKS-3: what it may not take it does not take.
void ReferenceClient::on_app_datagram(LocalId id, const Endpoint& source, ByteView datagram,
                                      TimePoint now) {
  begin(now, id);
  Local* const local = find(id);
  if (local == nullptr) return;
  const auto read = read_socks_datagram(datagram);
  refused_ = source.ip != local->app || (local->pinned && *local->pinned != source) ? "SOCKS-3"
             : !read || read->fragment != 0                                         ? "SOCKS-2"
                                                                                    : "";
  if (refused_ == "SOCKS-3") return;
  local->pinned = source;
  if (!refused_.empty() ||
      std::visit([](const auto& to) { return to.port; }, read->destination) == 0) {
    return;
  }
  local->any_wanted = true;
  local->closed_by_server = false;
  local->waiting[read->destination].push_back(to_bytes(read->payload));
  sending_ = read->destination;
}

// ----- a connection to the server

void ReferenceClient::on_server_connected(ConnectionId id, TimePoint now) {
  Channel* const channel = find(id);
  begin(now, channel);
  if (channel != nullptr) channel->up_at = now;
  coming_up_ = id;
  if (settings_.tcp == TcpMode::mux) replying_ = true;
  Local* const local = acting_ ? find(*acting_) : nullptr;
  if (local == nullptr || !local->tunnel) return;
  local->tunnel->on_connected();
  replying_ = true;
}

void ReferenceClient::on_server_bytes(ConnectionId id, ByteView bytes, TimePoint now) {
  Channel* const channel = find(id);
  begin(now, channel);
  if (spares_.contains(id)) due_closes_.emplace(id, "RSP-1");
  if (channel != nullptr) channel->answered = true;
  if (channel != nullptr && channel->mux) return read_mux(id, *channel, bytes);
  Local* const local = owner_of(channel);
  if (local == nullptr || !channel->command) return;
  if (*channel->command == Command::crumfurs) return read_crumfurs(id, *channel, bytes);
  const auto payload = behind_response(*channel, bytes);
  if (!payload) {
    due_closes_.emplace(id, "RSP-0");
    if (local->tunnel) local->tunnel->on_failed();
  } else if (*channel->command == Command::udp) {
    read_channel(*channel, *payload);
  } else if (local->tunnel) {
    local->tunnel->on_server_bytes(*payload);
  }
}

// RSP-0 and RSP-1: what of `bytes` comes behind the response header; nullopt: it is none.
std::optional<ByteView> ReferenceClient::behind_response(Channel& channel, ByteView bytes) const {
  if (settings_.version == 1) return bytes;
  const auto length = [&] {
    return channel.response.size() < 2 ? std::size_t{2} : std::size_t{2} + channel.response[1];
  };
  while (channel.response.size() < length()) {
    if (bytes.empty()) return bytes;
    channel.response.push_back(bytes.front());
    bytes = bytes.subspan(1);
    if (channel.response.front() != 0) return std::nullopt;
  }
  return bytes;
}

// CRUM-3 and CRUM-4.
void ReferenceClient::read_crumfurs(ConnectionId id, Channel& channel, ByteView bytes) {
  Local& local = *find(*acting_);
  if (local.crumfurs != id || bytes.empty()) return;
  if (!local.established) {
    if (bytes.front() != 0x14) {
      due_closes_.emplace(id, "CRUM-4");
      return;
    }
    local.established = true;
    bytes = bytes.subspan(1);
  }
  const bool good = channel.got.feed(bytes, [&](ByteView body) {
    const auto source = umfurs_sender(body);
    if (!source) return false;
    const ByteView payload = body.subspan(body[0] == 1 ? 7 : 19);
    due_to_app_.push_back({*acting_, *source, to_bytes(payload), "CRUM-3"});
    return true;
  });
  if (!good) due_closes_.emplace(id, "CRUM-3");
}

void ReferenceClient::read_channel(Channel& channel, ByteView bytes) {
  channel.got.feed(bytes, [&](ByteView payload) {
    due_to_app_.push_back({*acting_, channel.destination, to_bytes(payload), "UDP-1"});
    return true;
  });
}

void ReferenceClient::on_server_end(ConnectionId id, TimePoint now) {
  Channel* const channel = find(id);
  begin(now, channel);
  if (spares_.contains(id)) due_closes_.emplace(id, "HDR-6");
  if (channel != nullptr) give_back_doubtful(*channel);
  if (channel != nullptr && channel->mux) {
    lose_mux(*channel);
    due_closes_.emplace(id, "TCP-2");
  }
  Local* const local = owner_of(channel);
  if (local == nullptr) return;
  const bool repeats = is_doubtful(*channel);
  if (local->tunnel) {
    if (!repeats) return local->tunnel->on_server_end();
    local->tunnel->on_repeated();
    due_closes_.emplace(id, "TCP-2");
  }
  if (!local->is_association) return;
  if (local->crumfurs == id) repeats ? expect_redial(*local) : void(local->closed_by_server = true);
  due_closes_.emplace(id, local->crumfurs == id ? "CRUM-8" : "UDP-1");
}

void ReferenceClient::on_server_lost(ConnectionId id, TimePoint now) {
  Channel* const channel = find(id);
  begin(now, channel);
  if (spares_.contains(id)) on_spare_failed(*channel);
  if (channel != nullptr) give_back_doubtful(*channel);
  if (channel != nullptr && may_be_mux(id, *channel)) lose_mux(*channel);
  Local* const local = owner_of(channel);
  if (local != nullptr && local->tunnel && is_doubtful(*channel)) {
    local->tunnel->on_repeated();
  } else if (local != nullptr && local->tunnel) {
    local->tunnel->on_failed();
    replying_ = true;
  }
  if (local != nullptr && local->crumfurs == id) expect_redial(*local);
  drop(id);
}

// CRUM-8: a cut CRUMFURS is dialled again by itself.
void ReferenceClient::expect_redial(Local& local) {
  local.redial_by = now_ + settings_.limits.reconnect_most;
  look_at_ = std::min(look_at_, *local.redial_by);
}

void ReferenceClient::on_server_drained(ConnectionId id, std::size_t octets) {
  Channel* const channel = find(id);
  if (channel == nullptr) return;
  channel->queued -= std::min(octets, channel->queued);
  if (!channel->mux) return;
  const std::size_t of_request = std::min(octets, channel->mux->request_octets);
  channel->mux->request_octets -= of_request;
  channel->mux->wire.on_drained(octets - of_request);
  touched_.insert(id);
}

void ReferenceClient::drop(ConnectionId id) {
  const Channel* const channel = find(id);
  if (channel == nullptr) return;
  Local* const local = owner_of(channel);
  if (local != nullptr && local->crumfurs == id) {
    local->crumfurs.reset();
    local->established = false;
  }
  if (local != nullptr && channel->command == Command::udp) {
    auto& open = local->channels[channel->destination];
    open.erase(std::ranges::remove(open, id).begin(), open.end());
    if (open.empty()) local->channels.erase(channel->destination);
  }
  due_closes_.erase(id);
  if (mux_dial_ == id) {
    mux_dial_.reset();
    for (Unopened& each : unopened_) each.doubted = true;
  }
  // A redial's, or, closed as it comes up, that of a channel whose CRUMFURS is gone.
  const bool unused = channel->up_at && channel->up_at != now_;
  if (spares_.erase(id) != 0 && !unused) note_use(channel->dialled_at);
  channels_.erase(id);
}

}  // namespace fullcone::sim
