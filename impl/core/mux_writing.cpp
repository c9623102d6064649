// What an endpoint writes, and in which order. What cannot be written at once waits, and only
// on_room() writes what waits: so that a view into it is never moved by what is added behind it.
#include <algorithm>
#include <utility>

#include "core/mux_endpoint.hpp"

namespace fullcone {
namespace {

constexpr std::size_t kLargestData = 16384;  // octets of one DATA frame

std::size_t frame_size(const Destination& peer, std::size_t payload) {
  const auto* const named = std::get_if<NamedEndpoint>(&peer);
  const std::size_t host = named != nullptr ? 1 + named->host.size()
                           : std::get<Endpoint>(peer).family() == Family::ipv4 ? 4
                                                                               : 16;
  return mux::kFrameHead + 1 + host + 2 + payload;
}

}  // namespace

bool MuxEndpoint::on_written(std::size_t octets) {
  budget_.written(octets);
  return has_room() && anything_waits();
}

void MuxEndpoint::on_room(Owner& owner) {
  while (has_room()) {
    if (!control_.empty()) {
      write({}, owner.keep(std::exchange(control_, {})), owner);
    } else if (!renewals_.empty()) {
      write_renewals(owner);
    } else if (!datagram_turns_.empty()) {
      write_next_datagram(owner);
    } else if (!data_turns_.empty()) {
      write_next_data(owner);
    } else {
      return;
    }
  }
}

bool MuxEndpoint::urgent_waits() const {
  return !control_.empty() || !renewals_.empty() || !datagram_turns_.empty();
}

void MuxEndpoint::write(const FrameHead& head, ByteView payload, Owner& owner) {
  budget_.add(head.size() + payload.size());
  owner.write(head, payload);
}

void MuxEndpoint::control(const FrameHead& frame, Owner& owner) {
  if (has_room() && control_.empty()) {
    write(frame, {}, owner);
  } else {
    append(control_, frame.view());
  }
}

// ----- credit

void MuxEndpoint::write_renewals(Owner& owner) {
  while (!renewals_.empty()) {
    const SlabIndex index = renewals_.front();
    renewals_.erase(entries_, index);
    Entry& entry = entries_[index];
    entry.renewal_due = false;
    if (entry.end_received) continue;
    const std::size_t credit = std::exchange(entry.consumed, 0);
    entry.granted += credit;
    control(mux::window_frame(entry.id, static_cast<std::uint32_t>(credit)), owner);
    if (probe_.under_way || !may_grow(entry)) continue;
    probe_ = {entry.id, probe_.number + 1, 0, true};
    control(mux::ping_frame(probe_.number), owner);
  }
}

// ----- octets of TCP streams

bool MuxEndpoint::send(mux::StreamId id, ByteView octets, Owner& owner) {
  Entry* const entry = find(id);
  const bool over = entry == nullptr || entry->end_wanted || entry->reset_wanted;
  if (over || entry->udp) return true;
  if (entry->waiting.empty() && !anything_waits()) octets = write_data(*entry, octets, owner);
  if (octets.empty()) return entry->waiting.empty();
  auto& waiting = entry->waiting;
  if (waiting.taken > waiting.octets.size() / 2) {
    waiting.octets.erase(waiting.octets.begin(),
                         waiting.octets.begin() + static_cast<std::ptrdiff_t>(waiting.taken));
    waiting.taken = 0;
  }
  append(waiting.octets, octets);
  waiting_octets_ += octets.size();
  if (entry->credit != 0) take_turn(*entry);
  return false;
}

// As many as room and credit admit; returns the others.
ByteView MuxEndpoint::write_data(Entry& entry, ByteView octets, Owner& owner) {
  while (!octets.empty() && entry.credit != 0 && has_room()) {
    const std::size_t size =
        std::min({octets.size(), kLargestData, static_cast<std::size_t>(entry.credit)});
    write(mux::data_head(entry.id, size), octets.first(size), owner);
    entry.credit -= static_cast<std::uint32_t>(size);
    octets = octets.subspan(size);
  }
  return octets;
}

// One frame of the stream whose turn it is.
void MuxEndpoint::write_next_data(Owner& owner) {
  const SlabIndex index = data_turns_.front();
  Entry& entry = entries_[index];
  auto& waiting = entry.waiting;
  const ByteView next =
      ByteView(waiting.octets).subspan(waiting.taken, std::min(waiting.size(), kLargestData));
  const std::size_t written = next.size() - write_data(entry, next, owner).size();
  waiting.taken += written;
  waiting_octets_ -= written;
  if (!waiting.empty()) {
    if (entry.reset_wanted && entry.credit == 0) return reset(entry.id, *entry.reset_wanted, owner);
    entry.credit == 0 ? leave_turn(entry) : data_turns_.move_to_back(entries_, index);
    return;
  }
  leave_turn(entry);
  owner.keep(std::exchange(waiting.octets, {}));
  waiting.taken = 0;
  if (entry.reset_wanted) return reset(entry.id, *entry.reset_wanted, owner);
  if (entry.end_wanted) return write_end(entry, owner);
  owner.on_drained({entry.id, entry.tag});
}

void MuxEndpoint::end(mux::StreamId id, Owner& owner) {
  Entry* const entry = find(id);
  if (entry == nullptr || entry->reset_wanted || std::exchange(entry->end_wanted, true)) return;
  if (entry->udp) {
    control(mux::fin_frame(id), owner);
    return remove(*entry, owner);
  }
  if (entry->waiting.empty()) write_end(*entry, owner);
}

void MuxEndpoint::write_end(Entry& entry, Owner& owner) {
  control(mux::fin_frame(entry.id), owner);
  entry.end_sent = true;
  finish_if_over(entry, owner);
}

// ----- datagrams

void MuxEndpoint::send_datagram(mux::StreamId id, const Destination& peer, ByteView payload,
                                TimePoint now, Owner& owner) {
  Entry* const entry = find(id);
  if (entry == nullptr || !entry->udp) return owner.on_datagrams_dropped(1);
  if (!urgent_waits() && has_room()) return write_datagram(id, peer, payload, owner);
  queue_datagram(*entry, peer, payload, now, owner);
}

void MuxEndpoint::write_datagram(mux::StreamId id, const Destination& peer, ByteView payload,
                                 Owner& owner) {
  if (const auto* const endpoint = std::get_if<Endpoint>(&peer)) {
    return write(mux::datagram_head(id, *endpoint, payload.size()), payload, owner);
  }
  const auto& named = std::get<NamedEndpoint>(peer);
  const auto head = mux::datagram_head(id, named, payload.size());
  const ByteView name = owner.keep(to_bytes(named.host));
  write(head.before_name, name, owner);
  write(head.port, payload, owner);
}

// Oldest first goes what the stream's bound has no room for.
void MuxEndpoint::queue_datagram(Entry& entry, const Destination& peer, ByteView payload,
                                 TimePoint now, Owner& owner) {
  const std::size_t size = frame_size(peer, payload.size());
  if (size > limits_.datagram_queue_bytes) return owner.on_datagrams_dropped(1);
  auto& queue = entry.datagrams;
  const std::size_t most = queue.most_at(now);
  while (queue.octets() + size > most) drop_datagrams(entry, 1, owner);
  queue.begin_frame();
  if (const auto* const endpoint = std::get_if<Endpoint>(&peer)) {
    queue.append(mux::datagram_head(entry.id, *endpoint, payload.size()).view());
  } else {
    const auto& named = std::get<NamedEndpoint>(peer);
    const auto head = mux::datagram_head(entry.id, named, payload.size());
    queue.append(head.before_name.view());
    queue.append(as_bytes(named.host));
    queue.append(head.port.view());
  }
  queue.append(payload);
  ++queued_datagrams_;
  take_turn(entry);
}

void MuxEndpoint::drop_datagrams(Entry& entry, std::size_t count, Owner& owner) {
  if (count == 0) return;
  for (std::size_t i = 0; i < count; ++i) entry.datagrams.pop();
  queued_datagrams_ -= count;
  owner.on_datagrams_dropped(count);
}

void MuxEndpoint::write_next_datagram(Owner& owner) {
  const SlabIndex index = datagram_turns_.front();
  Entry& entry = entries_[index];
  write({}, entry.datagrams.front(), owner);
  entry.datagrams.pop();
  --queued_datagrams_;
  if (!entry.datagrams.empty()) return datagram_turns_.move_to_back(entries_, index);
  leave_turn(entry);
  if (entry.datagrams.has_grown()) owner.keep(entry.datagrams.take_memory());
}

// ----- turns

void MuxEndpoint::take_turn(Entry& entry) {
  if (std::exchange(entry.in_turn, true)) return;
  turns_of(entry).push_back(entries_, index_of(entry));
}

void MuxEndpoint::leave_turn(Entry& entry) {
  if (!std::exchange(entry.in_turn, false)) return;
  turns_of(entry).erase(entries_, index_of(entry));
}

}  // namespace fullcone
