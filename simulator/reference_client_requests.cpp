// The part of ReferenceClient that judges what a client says to its server: requests, and frames or
// octets behind them.
#include <algorithm>
#include <utility>

#include "simulator/reference_client.hpp"

namespace fullcone::sim {

void ReferenceClient::judge_request(ConnectionId id, Channel& channel, ByteView octets) {
  const ReadRequest read = read_request(octets);
  const auto* const request = std::get_if<ReferenceRequest>(&read);
  if (request == nullptr) return report("HDR-5", "a request that is not whole or not well-formed");
  if (spares_.contains(id)) adopt(id, channel);
  channel.command = request->command;
  channel.requested_at = now_;
  if (request->version != settings_.version) report("HDR-1", "a request of another version");
  if (request->user != settings_.user.octets) report("AUTH-1", "a request of another user");
  const bool is_tcp = request->command == Command::tcp;
  if (request->command != Command::mux &&
      (is_tcp ? settings_.tcp == TcpMode::mux : settings_.udp == UdpMode::mux)) {
    report("MUX-5", "a request of its own for what goes by mux");
  }
  switch (request->command) {
    case Command::crumfurs:
      if (request->octets != octets.size()) report("CRUM-1", "octets behind a CRUMFURS request");
      return judge_crumfurs(id, channel, *request);
    case Command::udp:
      judge_channel(id, channel, *request);
      break;
    case Command::tcp:
      judge_stream(channel, *request);
      break;
    case Command::mux:
      if (!uses_mux()) return report("HDR-3", "a request that the client does not make");
      return begin_mux(id, channel, octets.size());
  }
  judge_payload(channel, octets.subspan(request->octets));
}

void ReferenceClient::judge_crumfurs(ConnectionId id, Channel& channel,
                                     const ReferenceRequest& request) {
  for (auto& [other, local] : locals_) {
    if (local.session != request.session) continue;
    if (!channel.owner) channel.owner = other;
    if (*channel.owner != other) report("SOCKS-5", "two associations share a session");
  }
  if (!channel.owner) channel.owner = first_dial_again();
  Local* const local = owner_of(&channel);
  if (local == nullptr) return;
  if (local->session.value_or(request.session) != request.session) {
    report("CRUM-8", "CRUMFURS comes back with another session");
  }
  local->session = request.session;
  if (channel.was_ready) check_crumfurs_is_wanted(*local);
  if (request.mapping != settings_.mapping) report("CONE-E", "another MAPPING than is wanted");
  if (local->crumfurs) report("CRUM-4", "a second CRUMFURS beside the first");
  if (local->closed_by_server) report("CRUM-8", "CRUMFURS comes back that the server has closed");
  local->crumfurs = id;
  local->redial_by.reset();
}

// Whose CRUMFURS it may be that is dialled at a deadline and has no known session: its first dial
// failed. Of several it could be any, and none of them is judged any more.
std::optional<LocalId> ReferenceClient::first_dial_again() {
  std::optional<LocalId> only;
  bool several = false;
  for (const auto& [id, local] : locals_) {
    if (!local.is_association || local.session || !local.any_wanted) continue;
    several = several || only;
    only = id;
  }
  if (!several) return only;
  for (auto& [id, local] : locals_) {
    if (local.is_association && !local.session && local.any_wanted) local.lost_track = true;
  }
  return std::nullopt;
}

void ReferenceClient::judge_channel(ConnectionId id, Channel& channel,
                                    const ReferenceRequest& request) {
  channel.destination = *request.destination;
  Local* const local = owner_of(&channel);
  if (local == nullptr) return;
  const bool v1 = settings_.version == 1;
  if (v1 && (!local->established || local->session != request.session)) {
    report("CRUM-4", "a UDP request of a session without CRUMFURS");
  }
  auto& open = local->channels[channel.destination];
  for (const ConnectionId other : open) {
    if (due_closes_.contains(other)) continue;
    report("UDP-3", "a second channel to " + to_string(channel.destination));
  }
  open.push_back(id);
}

void ReferenceClient::judge_stream(const Channel& channel, const ReferenceRequest& request) {
  const Local* const local = owner_of(&channel);
  if (local == nullptr || !local->tunnel) return;
  if (*request.destination != local->tunnel->target()) {
    report("TCP-1",
           "a request for " + to_string(*request.destination) + ", which the app did not ask for");
  }
}

// What an app has sent: octets of a stream, or datagrams as frames.
void ReferenceClient::judge_payload(Channel& channel, ByteView octets) {
  Local* const local = owner_of(&channel);
  channel.passed = channel.passed || !octets.empty();
  if (channel.command == Command::tcp) {
    if (local != nullptr && local->tunnel)
      report_broken(local->tunnel->on_server_written(octets), "towards the server");
    return;
  }
  channel.sent.feed(octets, [&](ByteView payload) {
    if (channel.was_ready && !channel.answered) channel.doubtful.push_back(to_bytes(payload));
    note_sent(channel.destination, payload);
    if (local != nullptr) judge_datagram(*local, channel.destination, payload);
    return true;
  });
  if (channel.sent.buffered() != 0) report("UDP-1", "a frame that is not whole");
}

void ReferenceClient::note_sent(const Destination& to, ByteView payload) {
  const Local* const local = acting_ && sending_ == to ? find(*acting_) : nullptr;
  if (local == nullptr) return;
  const auto waiting = local->waiting.find(to);
  if (waiting == local->waiting.end()) return;
  is_sent_ = is_sent_ || std::ranges::equal(waiting->second.back(), payload);
}

// UDP-8: what has come before it and was not sent is not sent any more.
void ReferenceClient::judge_datagram(Local& local, const Destination& to, ByteView payload) {
  const auto entry = local.waiting.find(to);
  if (entry != local.waiting.end()) {
    auto& waiting = entry->second;
    const auto is_it = [&](const Bytes& each) { return std::ranges::equal(each, payload); };
    // On an open channel, what came before the datagram at hand was dropped.
    const bool is_latest = sending_ == to && is_it(waiting.back());
    const auto found = is_latest ? waiting.end() - 1 : std::ranges::find_if(waiting, is_it);
    if (found != waiting.end()) {
      // In auto, what came before it may wait for a mux connection.
      const bool in_order = settings_.udp != UdpMode::automatic;
      waiting.erase(in_order ? waiting.begin() : found, found + 1);
      if (waiting.empty()) local.waiting.erase(entry);
      return;
    }
  }
  if (!refused_.empty()) return report(refused_, "a datagram is passed on that may not be taken");
  report("UDP-8",
         "a datagram for " + to_string(to) + " that the app has not sent, or not in this order");
}

}  // namespace fullcone::sim
