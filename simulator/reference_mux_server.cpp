// The part of the reference model that knows what a server must do about the streams of a mux
// connection: TCP as for a request of its own, UDP as a full-cone association. Rules: MUX-1, and
// UDP-5, UDP-7, UDP-8, CONE-9, CONE-11 with the stream in place of the session.
#include <algorithm>
#include <utility>
#include <variant>

#include "simulator/reference_model.hpp"

namespace fullcone::sim {

class ReferenceModel::MuxTurn final : public ReferenceMux::Owner {
 public:
  MuxTurn(ReferenceModel& model, ConnectionNumber id, Mux& mux)
      : model_(model), id_(id), mux_(mux) {}

  void on_opened(StreamNumber stream, const std::optional<Destination>& target) override {
    if (!target) {
      mux_.udp.try_emplace(stream);
      return;
    }
    const auto& bounds = model_.bounds_.tcp;
    const auto& tcp =
        mux_.tcp.try_emplace(stream, std::uint8_t{1}, *target, Bytes{}, model_.now_, bounds)
            .first->second;
    if (const auto due = tcp.due()) model_.look_by(*due);
  }
  void on_data(StreamNumber stream, ByteView octets) override {
    mux_.tcp.at(stream).on_client_bytes(octets);
  }
  void on_datagram(StreamNumber stream, const Destination& peer, ByteView payload) override {
    model_.send_by_mux({id_, stream}, peer, payload);
  }
  void on_end(StreamNumber stream) override { mux_.tcp.at(stream).on_client_end(); }

  void on_open_written(StreamNumber, const std::optional<Destination>&) override {}
  void on_data_written(StreamNumber stream, ByteView octets) override {
    mux_.tcp.at(stream).on_written(octets, model_.reporter(id_));
  }
  void on_datagram_written(StreamNumber, const Destination&, ByteView) override {}
  void on_end_written(StreamNumber stream) override {
    mux_.tcp.at(stream).on_half_closed(model_.reporter(id_));
  }
  bool may_leave(StreamNumber stream) override {
    const auto tcp = mux_.tcp.find(stream);
    return tcp != mux_.tcp.end() && tcp->second.has_failed();
  }
  bool has_said_all(StreamNumber stream) override {
    const auto tcp = mux_.tcp.find(stream);
    return tcp != mux_.tcp.end() && tcp->second.has_said_all();
  }
  void on_gone(StreamNumber stream, bool) override {
    mux_.tcp.erase(stream);
    mux_.over_now.insert(stream);
    const auto udp = mux_.udp.find(stream);
    if (udp == mux_.udp.end()) return;
    model_.release(udp->second);
    mux_.udp.erase(udp);
  }

 private:
  ReferenceModel& model_;
  ConnectionNumber id_;
  Mux& mux_;
};

ReferenceTcp* ReferenceModel::find_tcp(TargetNumber id) {
  Connection* const connection = find(id.connection);
  if (connection == nullptr) return nullptr;
  if (id.stream == 0) return connection->tcp.get();
  if (!connection->mux) return nullptr;
  const auto tcp = connection->mux->tcp.find(id.stream);
  return tcp == connection->mux->tcp.end() ? nullptr : &tcp->second;
}

ReferenceModel::Association* ReferenceModel::find_association(TargetNumber id) {
  Connection* const connection = find(id.connection);
  if (connection == nullptr || !connection->mux) return nullptr;
  const auto udp = connection->mux->udp.find(id.stream);
  return udp == connection->mux->udp.end() ? nullptr : &udp->second;
}

// ----- the connection

void ReferenceModel::begin_mux(ConnectionNumber id, Connection& connection, const Bytes& early) {
  connection.phase = Phase::mux;
  const auto report = [this, id](std::string_view rule, const std::string& what) {
    this->report(rule, "connection " + std::to_string(id) + ": " + what);
  };
  connection.mux.reset(
      new Mux{ReferenceMux(ReferenceMux::Side::server, bounds_.mux, report), {}, {}, {}, {}});
  read_mux(id, connection, early);
}

void ReferenceModel::read_mux(ConnectionNumber id, Connection& connection, ByteView bytes) {
  settling_.insert(id);
  MuxTurn turn(*this, id, *connection.mux);
  if (connection.mux->wire.on_read(bytes, turn)) return;
  end_mux(connection);
  doom(id, "MUX-4");
}

void ReferenceModel::write_mux(ConnectionNumber id, Connection& connection, ByteView octets) {
  settling_.insert(id);
  MuxTurn turn(*this, id, *connection.mux);
  connection.mux->wire.on_written(octets, turn);
}

void ReferenceModel::look_at_mux(TimePoint now, Connection& connection) {
  for (auto& [stream, tcp] : connection.mux->tcp) tcp.on_deadline(now);
}

void ReferenceModel::end_mux(const Connection& connection) {
  for (const auto& [stream, association] : connection.mux->udp) release(association);
}

void ReferenceModel::release(const Association& association) {
  for (const auto& [family, external] : association.external) {
    if (ports_.contains(external)) due_port_closes_.emplace(external, "MUX-1");
  }
}

void ReferenceModel::settle_mux(ConnectionNumber id, Mux& mux) {
  // What waits though there is credit and room waits for a sign that it has missed.
  const auto of_streams = [&](std::string_view rule, std::string_view what) {
    reporter(id)(what.starts_with("octets for the client") ? "MUX-2" : rule, what);
  };
  for (auto& [stream, tcp] : mux.tcp) tcp.on_settled(of_streams, mux.wire.held_back(stream));
  mux.wire.on_settled();
  mux.over_now.clear();
  for (const StreamNumber stream : std::exchange(mux.targets, {})) {
    if (mux.tcp.contains(stream)) {
      mux.targets.insert(stream);
    } else {
      report("MUX-4", "the target of stream " + std::to_string(stream) + " outlives it");
    }
  }
}

// ----- targets

void ReferenceModel::on_target_closed(TargetNumber id) {
  const Connection* const connection = find(id.connection);
  if (connection != nullptr && connection->mux) connection->mux->targets.erase(id.stream);
}

void ReferenceModel::on_target_drained(TargetNumber id, std::size_t octets) {
  const Connection* const connection = find(id.connection);
  if (connection == nullptr || !connection->mux) return;
  connection->mux->wire.on_consumed(id.stream, octets);
  settling_.insert(id.connection);
}

// ----- from the client to peers

void ReferenceModel::send_by_mux(TargetNumber id, const Destination& peer, ByteView payload) {
  if (const auto* const endpoint = std::get_if<Endpoint>(&peer)) {
    return send_by_mux(id, *endpoint, payload, false);
  }
  Association& association = *find_association(id);
  const auto& name = std::get<NamedEndpoint>(peer);
  const auto pin = association.pins.find(name);
  if (pin != association.pins.end()) return send_by_mux(id, Endpoint(pin->second), payload, false);
  auto lookup = std::ranges::find(association.lookups, name, &Association::Lookup::name);
  if (lookup == association.lookups.end()) {
    lookup = association.lookups.insert(lookup, {name, 0, {}});
  }
  constexpr std::size_t kEach = 64;  // an empty one takes room, too
  const std::size_t octets = kEach + name.host.size() + payload.size();
  const bool may_be_dropped = association.waiting_octets + octets > bounds_.resolving;
  if (!may_be_dropped) {
    association.waiting_octets += octets;
    const bool first_kept =
        std::ranges::all_of(lookup->waiting, [](const auto& waiting) { return waiting.second; });
    if (first_kept && lookup->nth == 0) {  // what is dropped is not looked up: its turn is now
      std::rotate(lookup, std::next(lookup), association.lookups.end());
      lookup = std::prev(association.lookups.end());
    }
  }
  lookup->waiting.emplace_back(to_bytes(payload), may_be_dropped);
}

// UDP-5 and EGRESS-1: others are dropped.
void ReferenceModel::send_by_mux(TargetNumber id, const Endpoint& peer, ByteView payload,
                                 bool may_be_dropped) {
  if (payload.size() > largest_datagram(peer.family()) || !bounds_.tcp.egress_allows(peer)) return;
  due_mux_sends_.push_back({id, peer, to_bytes(payload), may_be_dropped});
  Association& association = *find_association(id);
  const bool has_port =
      association.external.contains(peer.family()) || association.asked.contains(peer.family());
  if (has_port) return;
  association.asked.insert(peer.family());
  due_mux_ports_.emplace_back(id, peer.family());
}

void ReferenceModel::on_lookup(LookupNumber id, std::string_view host) {
  if (id.stream == 0) return;
  Association* const association = find_association({id.connection, id.stream});
  if (association == nullptr) return;          // of a TCP stream, which knows it
  const auto asked_for = [&](bool for_sure) {  // what was dropped is not looked up
    return std::ranges::find_if(association->lookups, [&](const auto& lookup) {
      const bool any_kept =
          std::ranges::any_of(lookup.waiting, [](const auto& waiting) { return !waiting.second; });
      return lookup.nth == 0 && lookup.name.host == host && any_kept == for_sure;
    });
  };
  auto unasked = asked_for(true);
  if (unasked == association->lookups.end()) unasked = asked_for(false);
  if (unasked == association->lookups.end()) {
    return report("UDP-7", std::string(host) + " is looked up, which nothing calls for");
  }
  unasked->nth = id.nth;
}

// UDP-7: the first address that policy admits, as long as the mapping lives.
void ReferenceModel::on_mux_resolved(LookupNumber id, std::span<const IpAddress> addresses) {
  const TargetNumber stream{id.connection, id.stream};
  settling_.insert(id.connection);
  if (ReferenceTcp* const tcp = find_tcp(stream)) return tcp->on_resolved(addresses);
  Association* const association = find_association(stream);
  if (association == nullptr) return;
  const auto found = std::ranges::find(association->lookups, id.nth, &Association::Lookup::nth);
  if (found == association->lookups.end()) return;
  const Association::Lookup lookup = std::move(*found);
  association->lookups.erase(found);
  for (const auto& [payload, may_be_dropped] : lookup.waiting) {
    if (!may_be_dropped)
      association->waiting_octets -= 64 + lookup.name.host.size() + payload.size();
  }
  const auto address = std::ranges::find_if(addresses, [&](const IpAddress& ip) {
    return bounds_.tcp.egress_allows({ip, lookup.name.port});
  });
  if (address == addresses.end() || association->pins.size() >= bounds_.dialled) return;
  const Endpoint peer{*address, lookup.name.port};
  association->pins.emplace(lookup.name, peer);
  for (const auto& [payload, may_be_dropped] : lookup.waiting) {
    send_by_mux(stream, peer, payload, may_be_dropped);
  }
}

void ReferenceModel::on_mux_sent(Port& port, const Endpoint& destination, ByteView payload) {
  const auto is_it = [&](const DueMuxSend& due) {
    return due.destination == destination && std::ranges::equal(due.payload, payload);
  };
  port.last_out = now_;
  const auto may_be_missing = [&](const DueMuxSend& due) {
    return due.may_be_dropped || failed_mux_ports_.contains({due.stream, due.destination.family()});
  };
  while (!due_mux_sends_.empty() && may_be_missing(due_mux_sends_.front()) &&
         (!is_it(due_mux_sends_.front()) || due_mux_sends_.front().stream != *port.mux)) {
    due_mux_sends_.pop_front();
  }
  if (due_mux_sends_.empty()) {
    return report("MUX-1", "a datagram to " + destination.to_string() + " that nobody sent");
  }
  const DueMuxSend due = std::move(due_mux_sends_.front());
  due_mux_sends_.pop_front();
  const std::string what = "a datagram for " + due.destination.to_string();
  if (!is_it(due)) return report("MUX-1", what + " is not what is sent");
  if (*port.mux != due.stream) report("MUX-1", what + " leaves from another stream's port");
}

// ----- its ports

bool ReferenceModel::take_mux_port(const Endpoint& external, Port& port) {
  if (due_mux_ports_.empty() || due_mux_ports_.front().second != external.family()) return false;
  const TargetNumber stream = due_mux_ports_.front().first;
  due_mux_ports_.pop_front();
  port.mux = stream;
  look_by(expiry(port));
  Association* const association = find_association(stream);
  if (association == nullptr) {  // over already: released as soon as its datagrams are sent
    due_port_closes_.emplace(external, "MUX-1");
    return true;
  }
  association->asked.erase(external.family());
  association->external[external.family()] = external;
  return true;
}

bool ReferenceModel::fail_mux_port() {
  if (due_mux_ports_.empty()) return false;
  const auto [stream, family] = due_mux_ports_.front();
  due_mux_ports_.pop_front();
  failed_mux_ports_.emplace(stream, family);
  if (Association* const association = find_association(stream)) association->asked.erase(family);
  return true;
}

// CONE-11 and UDP-7: names are pinned as long as the mapping lives.
void ReferenceModel::forget_mux_port(const Endpoint& external, const Port& port) {
  Association* const association = find_association(*port.mux);
  if (association == nullptr) return;
  association->external.erase(external.family());
  std::erase_if(association->pins,
                [&](const auto& pin) { return pin.second.family() == external.family(); });
}

void ReferenceModel::deliver_by_mux(Port& port, const Endpoint& source, ByteView payload) {
  port.last_in = now_;
  Connection* const connection = find(port.mux->connection);
  if (connection == nullptr) return;
  settling_.insert(port.mux->connection);
  connection->mux->wire.due_datagram(port.mux->stream, source, payload, now_);
}

void ReferenceModel::settle_mux_sends() {
  for (const DueMuxSend& due : due_mux_sends_) {
    const bool failed = failed_mux_ports_.contains({due.stream, due.destination.family()});
    if (due.may_be_dropped || failed) continue;
    report("MUX-1", "a datagram to " + due.destination.to_string() + " is not sent");
  }
  for (const auto& [stream, family] : failed_mux_ports_) {  // and no name is pinned by it
    Association* const association = find_association(stream);
    if (association == nullptr) continue;
    std::erase_if(association->pins,
                  [&](const auto& pin) { return pin.second.family() == family; });
  }
}

}  // namespace fullcone::sim
