// The part of ReferenceClient that holds each order against what is due.
#include <algorithm>
#include <utility>

#include "simulator/reference_client.hpp"

namespace fullcone::sim {

// ----- towards the server

// Dialled at nobody's word, it is to be kept ready or redials somebody's CRUMFURS.
void ReferenceClient::on_connect(ConnectionId id) {
  Channel& channel = channels_[id];
  channel.dialled_at = now_;
  judge_dial_of_mux();
  Local* const local = acting_ ? find(*acting_) : nullptr;
  if (all_by_mux() || (local != nullptr && goes_by_mux(*local))) {
    if (mux_dial_) report("MUX-5", "a second mux connection beside the first");
    mux_dial_ = id;
  }
  if (local == nullptr) {
    spares_.insert(id);
    return judge_count_of_spares();
  }
  note_use(now_);
  if (goes_by_mux(*local)) return;
  channel.owner = acting_;
  if (local->lost_track) return;
  if (!local->is_association) return begin_tunnel(*local);
  const bool for_crumfurs = settings_.version == 1 && !local->established;
  if (!for_crumfurs) return;
  local->redial_by.reset();
  check_crumfurs_is_wanted(*local);
}

void ReferenceClient::check_crumfurs_is_wanted(const Local& local) {
  if (!refused_.empty()) report(refused_, "a connection for a datagram that may not be taken");
  if (!local.any_wanted) report("CRUM-5", "CRUMFURS is opened without a datagram to send");
}

void ReferenceClient::begin_tunnel(Local& local) {
  if (local.tunnel) return;                                             // its request is made again
  if (local.handshake.empty() || local.handshake.front() != 5) return;  // HTTP
  const auto asked = read_handshake(local.handshake, settings_.credentials);
  if (!asked || asked->command != 1) {
    return report("SOCKS-5", "a connection for an app that has not asked for one");
  }
  check_credentials(*asked);
  const ByteView early = ByteView(local.handshake).subspan(asked->octets);
  local.tunnel.emplace(*asked->destination, to_bytes(early));
}

void ReferenceClient::check_credentials(const AskedOfSocks& asked) {
  if (!settings_.credentials.empty() && !asked.has_credentials) {
    report("SOCKS-5", "an app is served that has not shown the credentials");
  }
}

void ReferenceClient::on_server_written(ConnectionId id, ByteView octets) {
  Channel* const channel = find(id);
  if (channel == nullptr) return;  // the driver says so
  channel->queued += octets.size();
  if (!channel->command) return judge_request(id, *channel, octets);
  if (channel->mux) {
    touched_.insert(id);
    return write_mux(*channel, octets);
  }
  if (*channel->command == Command::crumfurs) return report("CRUM-6", "octets behind the request");
  judge_payload(*channel, octets);
}

void ReferenceClient::on_server_half_closed(ConnectionId id) {
  const Channel* const channel = find(id);
  Local* const local = owner_of(channel);
  if (local == nullptr || !local->tunnel) return;
  report_broken(local->tunnel->on_server_half_closed(), "the server is told of an end");
}

void ReferenceClient::on_server_closed(ConnectionId id, CloseKind kind) {
  const Channel* const channel = find(id);
  if (channel == nullptr) return;
  Local* const local = owner_of(channel);
  const bool is_crumfurs = channel->command == Command::crumfurs;
  if (local != nullptr && is_crumfurs && local->over && kind != CloseKind::clean) {
    report("SOCKS-1", "a session ends as if it had been cut");
  }
  if (local != nullptr && is_crumfurs && !local->over && !local->closed_by_server) {
    expect_redial(*local);
  }
  const bool is_due = is_shut_down_ || due_closes_.contains(id);
  if (channel->mux && !is_due && is_wanted(*channel->mux)) {
    report("MUX-5", "a mux connection is closed that has streams");
  }
  drop(id);
}

// ----- towards an app

void ReferenceClient::on_local_written(LocalId id, ByteView octets) {
  Local* const local = find(id);
  if (local == nullptr || !local->tunnel) return;
  if (replying_) {
    local->reply_octets += octets.size();
    return;
  }
  report_broken(local->tunnel->on_local_written(octets), "towards the app");
}

void ReferenceClient::on_local_half_closed(LocalId id) {
  Local* const local = find(id);
  if (local == nullptr || !local->tunnel) return;
  report_broken(local->tunnel->on_local_half_closed(), "the app is told of an end");
}

void ReferenceClient::on_local_closed(LocalId id) {
  Local* const local = find(id);
  if (local == nullptr) return;
  if (local->tunnel) report_broken(local->tunnel->on_closed(), "a stream is closed before its end");
  check_nothing_left(id, *local);
  locals_.erase(id);
}

void ReferenceClient::on_relay_wanted(LocalId id, const IpAddress& address) {
  Local* const local = find(id);
  if (local == nullptr) return;
  const auto asked = read_handshake(local->handshake, settings_.credentials);
  if (!asked || asked->command != 3) {
    report("SOCKS-5", "a relay for an app that has not asked for one");
  } else {
    check_credentials(*asked);
  }
  if (address != local->address) report("SOCKS-3", "a relay where the app may not reach it");
  local->is_association = local->has_relay = true;
}

void ReferenceClient::on_relay_closed(LocalId id) {
  if (Local* const local = find(id)) local->has_relay = false;
}

void ReferenceClient::on_sent_to_app(LocalId id, const Endpoint& app, ByteView datagram) {
  const Local* const local = find(id);
  if (local == nullptr) return;
  if (local->pinned != app) {
    report("SOCKS-3", "a datagram to " + app.to_string() + ", which is not the app's socket");
  }
  if (take_due(id, datagram)) return;
  const auto anothers =
      std::ranges::find_if(due_to_app_, [&](const DueToApp& due) { return due.is(datagram); });
  const bool any = anothers != due_to_app_.end();
  if (!local->lost_track && !lost_sight_) {
    report(any ? "SOCKS-5" : "SOCKS-4",
           "a datagram of " + std::to_string(datagram.size()) + " octets to an app, " +
               (any ? "which is another's" : "which nothing called for"));
  }
  if (any) due_to_app_.erase(anothers);
}

bool ReferenceClient::DueToApp::is(ByteView datagram) const {
  return std::ranges::equal(socks_datagram_of(source, payload), datagram);
}

// False: none like it is due to this app. What came before it does not reach the app any more; two
// apps may be told the same.
bool ReferenceClient::take_due(LocalId id, ByteView datagram) {
  const auto found = std::ranges::find_if(
      due_to_app_, [&](const DueToApp& due) { return due.local == id && due.is(datagram); });
  if (found == due_to_app_.end()) return false;
  const auto missed = std::stable_partition(due_to_app_.begin(), found,
                                            [&](const DueToApp& due) { return due.local != id; });
  for (auto due = missed; due != found; ++due) check_not_missed(*due);
  due_to_app_.erase(missed, found + 1);
  return true;
}

// ----- the end of a fact

void ReferenceClient::on_settled() {
  for (const auto& [id, rule] : due_closes_) {
    const Channel* const channel = find(id);
    if (channel != nullptr) report(rule, "a connection to the server is not closed");
  }
  Local* const local = acting_ ? find(*acting_) : nullptr;
  if (local != nullptr && local->over) {  // lost: nothing is ordered about it any more
    check_nothing_left(*acting_, *local);
    locals_.erase(*acting_);
  } else if (local != nullptr) {
    check_sent(*local);
    check_sent_by_mux(*acting_, *local);
    if (local->tunnel) {
      report_broken(local->tunnel->on_settled(is_held_back(*acting_)),
                    "something is not passed on");
    }
  }
  check_delivered();
  for (const ConnectionId id : touched_) {
    Channel* const channel = find(id);
    if (channel != nullptr && channel->mux) settle_mux(*channel);
  }
  if (is_shut_down_ && !channels_.empty()) {
    report("INVARIANT", "a connection to the server outlives the client");
  }
  due_to_app_.clear();
  due_closes_.clear();
  sending_.reset();
  is_sent_ = false;
  acting_.reset();
  refused_ = {};
  replying_ = false;
  coming_up_.reset();
  touched_.clear();
  lost_sight_ = false;
}

// UDP-3: what the app has just sent is on the channel that is open, unless that is full.
void ReferenceClient::check_sent(Local& local) {
  if (!sending_ || is_sent_ || local.lost_track) return;
  const auto waiting = local.waiting.find(*sending_);
  const auto open = local.channels.find(*sending_);
  if (waiting == local.waiting.end() || open == local.channels.end()) return;
  const Channel& channel = channels_.at(open->second.front());
  const std::size_t octets = 2 + waiting->second.back().size();
  const std::size_t bound = settings_.limits.channel_queue_bytes;
  if (channel.queued == 0 || channel.queued + octets <= bound) {
    report("UDP-3", "a datagram for " + to_string(*sending_) + " is not sent on its channel");
  }
  // Dropped; in auto, what came before it may wait for a mux connection.
  if (settings_.udp == UdpMode::automatic) waiting->second.pop_back();
  if (settings_.udp != UdpMode::automatic || waiting->second.empty()) local.waiting.erase(waiting);
}

void ReferenceClient::check_delivered() {
  for (const DueToApp& due : due_to_app_) check_not_missed(due);
}

// What no longer fits with its header may be dropped.
void ReferenceClient::check_not_missed(const DueToApp& due) {
  const Local* const local = find(due.local);
  if (lost_sight_ || local == nullptr || local->over || !local->pinned) return;
  if (socks_datagram_of(due.source, due.payload).size() > 65507) return;
  report(due.rule, "a datagram of " + to_string(due.source) + " does not reach the app");
}

// SOCKS-1 and TCP-2: with the app's connection goes all that was made for it.
void ReferenceClient::check_nothing_left(LocalId id, const Local& local) {
  const std::string_view rule = local.is_association ? "SOCKS-1" : "TCP-2";
  doubt_opening_of(id);
  if (local.has_relay) report(rule, "a relay outlives its association");
  for (auto channel = channels_.begin(); channel != channels_.end();) {
    if (channel->second.owner != id) {
      ++channel;
      continue;
    }
    if (!channel->second.command && settings_.udp == UdpMode::automatic) {  // it is to be a mux
      channel->second.owner.reset();
      continue;
    }
    report(rule, "a connection to the server outlives its app");
    channel = channels_.erase(channel);
  }
}

void ReferenceClient::report_broken(std::string_view rule, std::string_view what) {
  if (!rule.empty()) report(rule, std::string(what));
}

void ReferenceClient::report(std::string_view rule, std::string what) {
  findings_.add(now_, rule, std::move(what));
}

}  // namespace fullcone::sim
