// The part of ReferenceClient that knows what streams of a mux connection carry: a tunnel's octets,
// and the datagrams of an association to all of its destinations; and which connections are for
// streams. Rules: MUX-1..5, TCP-1, TCP-2, UDP-8.
#include <algorithm>
#include <utility>

#include "simulator/reference_client.hpp"

namespace fullcone::sim {

class ReferenceClient::MuxTurn final : public ReferenceMux::Owner {
 public:
  MuxTurn(ReferenceClient& client, Mux& mux) : client_(client), mux_(mux) {}

  void on_opened(StreamNumber, const std::optional<Destination>&) override {}
  void on_data(StreamNumber stream, ByteView octets) override {
    if (Local* const local = tunnel_of(stream)) local->tunnel->on_server_bytes(octets);
  }
  void on_datagram(StreamNumber stream, const Destination& peer, ByteView payload) override {
    const auto owner = mux_.owners[stream];
    if (!owner) {
      client_.lost_sight_ = true;
    } else {
      client_.due_to_app_.push_back({*owner, peer, to_bytes(payload), "MUX-1"});
    }
  }
  void on_end(StreamNumber stream) override {
    if (Local* const local = tunnel_of(stream)) local->tunnel->on_server_end();
  }
  void on_open_written(StreamNumber stream, const std::optional<Destination>& target) override {
    auto& owner = mux_.owners[stream];
    if (target) owner = client_.opener_of(*target);
  }
  void on_data_written(StreamNumber stream, ByteView octets) override {
    Local* const local = tunnel_of(stream);
    if (local == nullptr) return;
    client_.report_broken(local->tunnel->on_server_written(octets), "by mux");
  }
  void on_datagram_written(StreamNumber stream, const Destination& peer,
                           ByteView payload) override {
    client_.note_sent(peer, payload);
    auto& owner = mux_.owners[stream];
    if (!owner) owner = client_.sender_of(peer, payload);
    Local* const local = owner ? client_.find(*owner) : nullptr;
    const bool at_once = owner == client_.acting_ && client_.sending_ == peer;
    if (local != nullptr && at_once && local->channels.contains(peer)) {
      client_.report("MUX-5", "a datagram for " + to_string(peer) + " leaves its open channel");
    }
    if (local != nullptr) client_.judge_datagram(*local, peer, payload);
  }
  void on_end_written(StreamNumber stream) override {
    Local* const local = tunnel_of(stream);
    if (local == nullptr) return;
    client_.report_broken(local->tunnel->on_server_half_closed(), "the server is told of an end");
  }
  bool may_leave(StreamNumber stream) override {
    const auto owner = mux_.owners[stream];
    if (!owner) return true;
    const Local* const local = client_.find(*owner);
    return local == nullptr || local->over;
  }
  bool has_said_all(StreamNumber) override { return false; }  // it opens streams, and takes none
  void on_gone(StreamNumber stream, bool finished) override {
    Local* const local = tunnel_of(stream);
    if (local != nullptr && !finished) local->tunnel->on_failed();
    mux_.owners.erase(stream);
  }

 private:
  Local* tunnel_of(StreamNumber stream) {
    const auto owner = mux_.owners[stream];
    Local* const local = owner ? client_.find(*owner) : nullptr;
    return local != nullptr && local->tunnel ? local : nullptr;
  }

  ReferenceClient& client_;
  Mux& mux_;
};

bool ReferenceClient::may_be_mux(ConnectionId id, const Channel& channel) const {
  if (channel.command) return channel.mux != nullptr;
  if (mux_dial_) return mux_dial_ == id;
  const bool is_anothers = channel.owner && settings_.udp != UdpMode::automatic;
  return uses_mux() && !is_anothers;
}

bool ReferenceClient::any_mux_up() const {
  return std::ranges::any_of(channels_,
                             [](const auto& each) { return each.second.mux != nullptr; });
}

// ----- an app asks

void ReferenceClient::begin_mux_tunnel(LocalId id, Local& local) {
  if (local.handshake.front() != 5) return;  // HTTP
  const auto asked = read_handshake(local.handshake, settings_.credentials);
  if (!asked || asked->command != 1) return;
  if (!settings_.credentials.empty() && !asked->has_credentials) return;
  if (unclear_targets_.contains(*asked->destination)) {
    local.lost_track = true;
    return;
  }
  const ByteView early = ByteView(local.handshake).subspan(asked->octets);
  local.tunnel.emplace(*asked->destination, to_bytes(early));
  unopened_.push_back({id, *asked->destination});
  replying_ = true;
  if (any_mux_up()) local.tunnel->on_connected();
}

// Streams are opened in the order in which apps asked.
std::optional<LocalId> ReferenceClient::opener_of(const Destination& target) {
  const auto may_be = [&](bool doubted) {
    return std::ranges::find_if(unopened_, [&](const Unopened& each) {
      return each.target == target && (each.doubted && find(each.local) == nullptr) == doubted;
    });
  };
  if (unclear_targets_.contains(target)) return std::nullopt;
  const auto opener = may_be(false);
  const auto left = may_be(true);
  if (left != unopened_.end()) {
    lose_track_of(target);
    return std::nullopt;
  }
  if (opener == unopened_.end()) {
    const bool any_http = std::ranges::any_of(locals_, [](const auto& each) {
      return !each.second.handshake.empty() && each.second.handshake.front() != 5;
    });
    if (!any_http) report("TCP-1", "a stream to " + to_string(target) + ", which no app asked for");
    return std::nullopt;
  }
  const LocalId id = opener->local;
  unopened_.erase(opener);
  return id;
}

// Where no connection is known to be under way, its stream may never be.
void ReferenceClient::doubt_opening_of(LocalId id) {
  if (mux_dial_) return;
  for (Unopened& each : unopened_) each.doubted = each.doubted || each.local == id;
}

// An app that is gone may have had a stream to it, or may not: whose the next ones are is unknown.
void ReferenceClient::lose_track_of(const Destination& target) {
  unclear_targets_.insert(target);
  for (const Unopened& each : unopened_) {
    Local* const local = each.target == target ? find(each.local) : nullptr;
    if (local == nullptr) continue;
    local->lost_track = true;
    local->tunnel.reset();
  }
  std::erase_if(unopened_, [&](const Unopened& each) { return each.target == target; });
}

// Whose datagram it is: the acting one's, or else the only one's that it can be.
std::optional<LocalId> ReferenceClient::sender_of(const Destination& to, ByteView payload) {
  constexpr std::size_t kTelling = 8;  // octets; shorter ones are many apps'
  if (payload.size() < kTelling) return std::nullopt;
  std::optional<LocalId> only;
  bool several = false;
  bool has_stream = false;
  for (const auto& [id, local] : locals_) {
    const auto waiting = local.waiting.find(to);
    if (waiting == local.waiting.end()) continue;
    const bool has_it = std::ranges::any_of(
        waiting->second, [&](const Bytes& each) { return std::ranges::equal(each, payload); });
    if (!has_it) continue;
    if (stream_of(id).first != nullptr) {
      has_stream = true;
      continue;
    }
    if (acting_ == id && sending_ == to) return id;
    several = several || only;
    only = id;
  }
  if (!only && has_stream) {
    report("MUX-5", "a second stream of one association");
  } else if (!only) {
    report("UDP-8", "a datagram for " + to_string(to) + " by mux that no app has sent");
  }
  return several ? std::nullopt : only;
}

std::pair<ReferenceClient::Mux*, ReferenceClient::StreamNumber> ReferenceClient::stream_of(
    LocalId id) {
  if (!uses_mux()) return {};
  for (auto& [connection, channel] : channels_) {
    if (!channel.mux) continue;
    for (const auto& [stream, owner] : channel.mux->owners) {
      if (owner == id) return {channel.mux.get(), stream};
    }
  }
  return {};
}

// ----- the connection

// MUX-5, where a dial can be for nothing else.
void ReferenceClient::judge_dial_of_mux() {
  if (!all_by_mux()) return;
  mux_redial_by_.reset();
  const bool is_wanted = std::ranges::any_of(locals_, [](const auto& each) {
    const Local& local = each.second;
    const bool is_http = !local.handshake.empty() && local.handshake.front() != 5;
    return !local.over &&
           (local.is_association ? local.any_wanted : local.tunnel || local.lost_track || is_http);
  });
  if (!is_wanted) report("MUX-5", "a mux connection is dialled for nobody");
}

void ReferenceClient::judge_mux_redial() {
  std::erase_if(go_on_by_mux_, [&](LocalId id) {
    const Local* const local = find(id);
    return local == nullptr || local->over;
  });
  if (go_on_by_mux_.empty()) return mux_redial_by_.reset();
  if (!mux_redial_by_ || now_ <= *mux_redial_by_) return;
  mux_redial_by_.reset();
  report("MUX-5", "a mux connection was lost, and is not dialled again");
}

// `mux` was lost, or has not come up again.
void ReferenceClient::expect_mux_redial(const Mux* mux) {
  if (!all_by_mux()) return;
  if (mux != nullptr) {
    for (const auto& [stream, owner] : mux->owners) {
      const Local* const local = owner ? find(*owner) : nullptr;
      if (local != nullptr && local->is_association) go_on_by_mux_.insert(*owner);
    }
  }
  constexpr int kSpread = 10;  // pauses of the first size
  const ClientLimits& limits = settings_.limits;
  mux_redial_by_ = now_ + limits.reconnect_most + limits.reconnect_first * kSpread;
}

void ReferenceClient::begin_mux(ConnectionId id, Channel& channel, std::size_t request) {
  channel.owner.reset();
  const MuxLimits& limits = settings_.limits.mux;
  const ReferenceMux::Bounds bounds{.streams = limits.streams,
                                    .send_queue = limits.send_queue_bytes,
                                    .window_most = limits.window_most_bytes};
  const auto report = [this](std::string_view rule, const std::string& what) {
    this->report(rule, "the client's mux connection, " + what);
  };
  channel.mux.reset(new Mux{ReferenceMux(ReferenceMux::Side::client, bounds, report), {}, request});
  touched_.insert(id);
  go_on_by_mux_.clear();
  if (mux_dial_.value_or(id) != id) report("MUX-5", "a second mux connection beside the first");
  mux_dial_ = id;
  for (const Unopened& each : unopened_) {
    Local* const local = find(each.local);
    if (local != nullptr && local->tunnel) local->tunnel->on_connected();
  }
}

void ReferenceClient::read_mux(ConnectionId id, Channel& channel, ByteView bytes) {
  touched_.insert(id);
  MuxTurn turn(*this, *channel.mux);
  if (channel.mux->wire.on_read(bytes, turn)) return;
  lose_mux(channel);
  due_closes_.emplace(id, "MUX-4");
}

void ReferenceClient::write_mux(Channel& channel, ByteView octets) {
  MuxTurn turn(*this, *channel.mux);
  channel.mux->wire.on_written(octets, turn);
}

// Its TCP streams are cut; associations go on with the next one.
void ReferenceClient::lose_mux(const Channel& channel) {
  replying_ = true;
  expect_mux_redial(channel.mux.get());
  if (channel.mux) {
    for (const auto& [stream, owner] : channel.mux->owners) {
      Local* const local = owner ? find(*owner) : nullptr;
      if (local != nullptr && local->tunnel) local->tunnel->on_failed();
    }
  }
  for (Unopened& each : unopened_) {
    each.doubted = true;
    Local* const local = find(each.local);
    if (local != nullptr && local->tunnel) local->tunnel->on_doubted();
  }
  if (channel.mux) unopened_.clear();
}

void ReferenceClient::on_local_drained(LocalId id, std::size_t octets) {
  Local* const local = find(id);
  if (local == nullptr || !local->tunnel) return;
  const std::size_t of_reply = std::min(octets, local->reply_octets);
  local->reply_octets -= of_reply;
  const auto [mux, stream] = stream_of(id);
  if (mux != nullptr) mux->wire.on_consumed(stream, octets - of_reply);
}

// ----- the end of a fact

// Without a stream it waits for one.
bool ReferenceClient::is_held_back(LocalId id) {
  if (settings_.tcp != TcpMode::mux) return false;
  const auto [mux, stream] = stream_of(id);
  return mux == nullptr || mux->wire.held_back(stream);
}

// Whether it has a stream that somebody holds; the end of others may wait for room.
bool ReferenceClient::is_wanted(const Mux& mux) {
  return std::ranges::any_of(mux.owners, [&](const auto& each) {
    const Local* const local = each.second ? find(*each.second) : nullptr;
    return local != nullptr && !local->over;
  });
}

void ReferenceClient::settle_mux(Channel& channel) {
  const Mux& mux = *channel.mux;
  for (const auto& [stream, owner] : mux.owners) {
    Local* const local = owner ? find(*owner) : nullptr;
    if (local == nullptr || !local->tunnel || local->over) continue;
    report_broken(local->tunnel->on_settled(mux.wire.held_back(stream)),
                  "something is not passed on by mux");
  }
  channel.mux->wire.on_settled();
}

// What the app has just sent is on its stream, unless the link is slow.
void ReferenceClient::check_sent_by_mux(LocalId id, const Local& local) {
  if (!sending_ || is_sent_ || settings_.udp != UdpMode::mux || !local.waiting.contains(*sending_))
    return;
  const auto up =
      std::ranges::find_if(channels_, [](const auto& each) { return each.second.mux != nullptr; });
  if (up == channels_.end() || !up->second.mux->wire.has_room()) return;
  report(stream_of(id).first == nullptr ? "MUX-5" : "MUX-1",
         "a datagram for " + to_string(*sending_) + " is not sent on a stream");
}

}  // namespace fullcone::sim
