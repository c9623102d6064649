#include "core/server_mux.hpp"

#include <utility>

namespace fullcone {

// ----- what the endpoint tells

class ServerMux::Turn final : public MuxEndpoint::Owner {
 public:
  Turn(ServerMux& mux, TimePoint at, ServerActions& orders) : now(at), out(orders), mux_(mux) {}

  const TimePoint now;
  ServerActions& out;

  void write(const FrameHead& head, ByteView payload) override {
    out.push(server::Write{mux_.site_.connection, head, payload});
  }
  ByteView keep(Bytes octets) override { return out.keep(std::move(octets)); }

  MuxEndpoint::Tag on_opened(mux::StreamId id, const std::optional<Destination>& target) override {
    ++mux_.site_.counters.mux_streams;
    if (!target) {
      mux_.udp_[id].association = std::make_unique<ServerMuxAssociation>(mux_.site_, id);
      return {};
    }
    const TargetDial::Options options{&mux_.site_.egress, mux_.site_.limits.dial_timeout,
                                      &mux_.site_.counters.requests_denied};
    auto& tcp = mux_.tcp_.try_emplace(id, TargetDial(mux_.target_of(id), options)).first->second;
    mux_.settle_dial(id, tcp.dial.start(*target, now, out), *this);
    return {};
  }
  void on_data(MuxEndpoint::Stream stream, ByteView octets) override {
    TcpStream& tcp = *mux_.find_tcp(stream.id);
    if (tcp.connected) {
      out.push(server::WriteTarget{mux_.target_of(stream.id), octets});
    } else {
      append(tcp.early, octets);
    }
  }
  void on_datagram(MuxEndpoint::Stream stream, const Destination& peer, ByteView payload) override {
    UdpStream& udp = mux_.udp_.at(stream.id);
    const std::size_t from = out.size();
    udp.association->on_client_datagram(peer, payload, now, out);
    mux_.settle_association(stream.id, udp, out, from);
  }
  void on_end(MuxEndpoint::Stream stream) override {
    TcpStream& tcp = *mux_.find_tcp(stream.id);
    tcp.client_ended = true;
    if (tcp.connected) out.push(server::HalfCloseTarget{mux_.target_of(stream.id)});
  }
  void on_reset(MuxEndpoint::Stream stream, mux::Reason) override {
    if (mux_.find_tcp(stream.id) == nullptr) return mux_.end_association(stream.id, out);
    ++mux_.site_.counters.mux_streams_lost;
    mux_.close_target(stream.id, CloseKind::abort, out);
  }
  void on_finished(MuxEndpoint::Stream stream) override {
    mux_.close_target(stream.id, CloseKind::clean, out);
  }
  void on_drained(MuxEndpoint::Stream stream) override {
    TcpStream& tcp = *mux_.find_tcp(stream.id);
    if (std::exchange(tcp.paused, false)) {
      out.push(server::ResumeTarget{mux_.target_of(stream.id)});
    }
  }
  void on_datagrams_dropped(std::size_t count) override {
    mux_.site_.counters.delivered_on_mux -= count;
    mux_.site_.counters.dropped_mux_full += count;
  }

 private:
  ServerMux& mux_;
};

ServerMux::ServerMux(const ServerMuxAssociation::Site& site)
    : site_(site),
      endpoint_(mux::Sender::server, site.limits.mux, site.hash_seed),
      tcp_(0, StreamHash{site.hash_seed}),
      udp_(0, StreamHash{site.hash_seed}) {
  endpoint_.start();
}

// ----- facts about the connection

void ServerMux::on_bytes(ByteView bytes, TimePoint now, ServerActions& out) {
  Turn turn(*this, now, out);
  if (endpoint_.on_bytes(bytes, turn)) return;
  ++site_.counters.mux_violations;
  broken_ = true;
}

void ServerMux::on_room(TimePoint now, ServerActions& out) {
  Turn turn(*this, now, out);
  endpoint_.on_room(turn);
}

void ServerMux::end(ServerActions& out) {
  const std::size_t unsent = endpoint_.queued_datagrams();
  site_.counters.delivered_on_mux -= unsent;
  site_.counters.dropped_mux_full += unsent;
  for (const auto& [id, tcp] : tcp_) {
    if (tcp.dial.has_target()) out.push(server::CloseTarget{target_of(id), CloseKind::abort});
  }
  for (const auto& [id, udp] : udp_) udp.association->end(out);
  tcp_.clear();
  udp_.clear();
  by_mapping_.clear();
}

// ----- facts about TCP streams

ServerMux::TcpStream* ServerMux::find_tcp(mux::StreamId stream) {
  const auto found = tcp_.find(stream);
  return found == tcp_.end() ? nullptr : &found->second;
}

void ServerMux::on_resolved(const LookupId& lookup, std::span<const IpAddress> addresses,
                            TimePoint now, ServerActions& out) {
  const std::size_t from = out.size();
  if (TcpStream* const tcp = find_tcp(lookup.stream)) {
    Turn turn(*this, now, out);
    settle_dial(lookup.stream, tcp->dial.on_resolved(addresses, now, out), turn);
  } else if (const auto udp = udp_.find(lookup.stream); udp != udp_.end()) {
    udp->second.association->on_resolved(lookup.number, addresses, now, out);
    settle_association(lookup.stream, udp->second, out, from);
  }
}

void ServerMux::on_target_connected(mux::StreamId stream, TimePoint, ServerActions& out) {
  TcpStream* const tcp = find_tcp(stream);
  if (tcp == nullptr || !tcp->dial.on_connected()) return;
  deadlines_.disarm(tcp->alarm);
  tcp->connected = true;
  if (!tcp->early.empty()) {
    out.push(server::WriteTarget{target_of(stream), out.keep(std::exchange(tcp->early, {}))});
  }
  if (tcp->client_ended) out.push(server::HalfCloseTarget{target_of(stream)});
}

void ServerMux::on_target_failed(mux::StreamId stream, TimePoint now, ServerActions& out) {
  TcpStream* const tcp = find_tcp(stream);
  if (tcp == nullptr) return;
  Turn turn(*this, now, out);
  settle_dial(stream, tcp->dial.on_failed(now, out), turn);
}

void ServerMux::on_target_bytes(mux::StreamId stream, ByteView bytes, TimePoint now,
                                ServerActions& out) {
  TcpStream* const tcp = find_tcp(stream);
  if (tcp == nullptr) return;
  Turn turn(*this, now, out);
  if (endpoint_.send(stream, bytes, turn) || std::exchange(tcp->paused, true)) return;
  out.push(server::PauseTarget{target_of(stream)});
}

void ServerMux::on_target_end_of_stream(mux::StreamId stream, TimePoint now, ServerActions& out) {
  Turn turn(*this, now, out);
  endpoint_.end(stream, turn);
}

void ServerMux::on_target_lost(mux::StreamId stream, TimePoint now, ServerActions& out) {
  if (find_tcp(stream) == nullptr) return;
  ++site_.counters.mux_streams_lost;
  forget_tcp(stream);
  Turn turn(*this, now, out);
  endpoint_.reset(stream, mux::Reason::target_failed, turn);
}

// Awaits what the dial awaits, or resets the stream whose target cannot be had.
void ServerMux::settle_dial(mux::StreamId stream, TargetDial::Outcome outcome, Turn& turn) {
  TcpStream& tcp = *find_tcp(stream);
  if (outcome == TargetDial::Outcome::pending) {
    if (const auto due = tcp.dial.deadline()) deadlines_.arm(tcp.alarm, *due, stream);
    return;
  }
  ++site_.counters.mux_streams_lost;
  close_target(stream, CloseKind::abort, turn.out);
  const bool denied = outcome == TargetDial::Outcome::denied;
  endpoint_.reset(stream, denied ? mux::Reason::not_allowed : mux::Reason::target_failed, turn);
}

void ServerMux::close_target(mux::StreamId stream, CloseKind kind, ServerActions& out) {
  if (find_tcp(stream)->dial.has_target()) {
    out.push(server::CloseTarget{target_of(stream), kind});
  }
  forget_tcp(stream);
}

void ServerMux::forget_tcp(mux::StreamId stream) {
  const auto found = tcp_.find(stream);
  deadlines_.disarm(found->second.alarm);
  tcp_.erase(found);
}

// ----- facts about UDP streams

void ServerMux::on_datagram(MappingId mapping, const Endpoint& source, ByteView payload,
                            TimePoint now, ServerActions& out) {
  const mux::StreamId stream = by_mapping_.at(mapping);
  if (!udp_.at(stream).association->on_datagram(mapping, source, payload, now)) return;
  ++site_.counters.delivered_on_mux;
  Turn turn(*this, now, out);
  endpoint_.send_datagram(stream, source, payload, now, turn);
}

void ServerMux::on_mapping_failed(MappingId mapping) {
  const auto found = by_mapping_.find(mapping);
  if (found == by_mapping_.end()) return;
  UdpStream& udp = udp_.at(found->second);
  udp.association->on_mapping_failed(mapping);
  if (!udp.association->next_deadline()) deadlines_.disarm(udp.alarm);
  by_mapping_.erase(found);
}

// Takes from the orders since `from` which mappings are the stream's, and awaits their expiry.
void ServerMux::settle_association(mux::StreamId stream, UdpStream& udp, const ServerActions& out,
                                   std::size_t from) {
  for (std::size_t i = from; i < out.size(); ++i) {
    if (const auto* const opened = std::get_if<server::OpenMapping>(&out[i])) {
      by_mapping_.emplace(opened->mapping, stream);
    } else if (const auto* const closed = std::get_if<server::CloseMapping>(&out[i])) {
      by_mapping_.erase(closed->mapping);
    }
  }
  if (const auto next = udp.association->next_deadline()) {
    deadlines_.arm(udp.alarm, *next, stream);
  } else {
    deadlines_.disarm(udp.alarm);
  }
}

void ServerMux::end_association(mux::StreamId stream, ServerActions& out) {
  const auto found = udp_.find(stream);
  const std::size_t from = out.size();
  found->second.association->end(out);
  settle_association(stream, found->second, out, from);
  udp_.erase(found);
}

// ----- time

void ServerMux::on_deadline(TimePoint now, ServerActions& out) {
  while (const auto due = deadlines_.due(now)) {
    const mux::StreamId stream = *due;
    const std::size_t from = out.size();
    if (TcpStream* const tcp = find_tcp(stream)) {
      deadlines_.disarm(tcp->alarm);
      Turn turn(*this, now, out);
      settle_dial(stream, tcp->dial.on_deadline(now, out), turn);
    } else {
      UdpStream& udp = udp_.at(stream);
      udp.association->on_deadline(now, out);
      settle_association(stream, udp, out, from);
    }
  }
}

}  // namespace fullcone
