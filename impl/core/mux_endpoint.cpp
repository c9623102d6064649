// The streams of an endpoint, and what is read for them. What it writes is in mux_writing.cpp.
#include "core/mux_endpoint.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/overloaded.hpp"

namespace fullcone {

MuxEndpoint::MuxEndpoint(mux::Sender side, const MuxLimits& limits, std::uint64_t hash_seed)
    : side_(side),
      limits_(limits),
      by_id_(0, StreamHash{hash_seed}),
      budget_(limits.send_queue_bytes) {}

// ----- what is read

bool MuxEndpoint::on_bytes(ByteView bytes, Owner& owner) {
  const bool good = frames_.feed(bytes, owner, [&](ByteView frame) {
    return read(frame, owner) && control_.size() <= limits_.control_queue_bytes;
  });
  if (good) on_room(owner);
  return good;
}

bool MuxEndpoint::read(ByteView frame, Owner& owner) {
  const auto peer = side_ == mux::Sender::server ? mux::Sender::client : mux::Sender::server;
  const auto result = mux::parse_frame(frame, peer);
  const auto* const parsed = std::get_if<mux::Frame>(&result);
  if (parsed == nullptr) return false;
  return std::visit(Overloaded{
                        [](const mux::Padding&) { return true; },
                        [&](const mux::Open& open) { return read(open, owner); },
                        [&](const mux::Ping& ping) {
                          control(mux::pong_frame(ping.opaque), owner);
                          return true;
                        },
                        [&](const mux::Pong& pong) {
                          read(pong);
                          return true;
                        },
                        [&](const auto& of_stream) {
                          read(of_stream, owner);
                          return true;
                        },
                    },
                    *parsed);
}

// False: an id that does not rise.
bool MuxEndpoint::read(const mux::Open& open, Owner& owner) {
  if (open.stream <= last_opened_) return false;
  last_opened_ = open.stream;
  if (streams() >= limits_.streams) {
    control(mux::reset_frame(open.stream, mux::Reason::not_allowed), owner);
    return true;
  }
  add(open.stream, !open.target, 0);
  const Tag tag = owner.on_opened(open.stream, open.target);
  if (Entry* const entry = find(open.stream)) entry->tag = tag;
  return true;
}

void MuxEndpoint::read(const mux::Data& data, Owner& owner) {
  Entry* const entry = find_heard(data.stream, owner);
  if (entry == nullptr) return;
  const std::size_t size = data.octets.size();
  if (entry->udp || entry->end_received || size > entry->granted) return break_off(*entry, owner);
  entry->granted -= size;
  if (probe_.under_way && probe_.stream == data.stream) probe_.octets += size;
  owner.on_data({entry->id, entry->tag}, data.octets);
}

void MuxEndpoint::read(const mux::Datagram& datagram, Owner& owner) {
  Entry* const entry = find_heard(datagram.stream, owner);
  if (entry == nullptr) return;
  if (!entry->udp) return break_off(*entry, owner);
  owner.on_datagram({entry->id, entry->tag}, datagram.peer, datagram.payload);
}

void MuxEndpoint::read(const mux::Window& window, Owner& owner) {
  Entry* const entry = find_or_reset(window.stream, owner);
  if (entry == nullptr) return;
  if (entry->udp) return break_off(*entry, owner);
  constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
  entry->credit += std::min(window.credit, kMost - entry->credit);
  if (!entry->waiting.empty() && entry->credit != 0) take_turn(*entry);
}

void MuxEndpoint::read(const mux::Fin& fin, Owner& owner) {
  Entry* const entry = find_heard(fin.stream, owner);
  if (entry == nullptr) return;
  const Stream stream{entry->id, entry->tag};
  if (entry->udp) {
    remove(*entry, owner);
    return owner.on_reset(stream, mux::Reason::none);
  }
  if (entry->end_received) return break_off(*entry, owner);
  entry->end_received = true;
  owner.on_end(stream);
  if (Entry* const still_open = find(stream.id)) finish_if_over(*still_open, owner);
}

void MuxEndpoint::read(const mux::Reset& reset, Owner& owner) {
  Entry* const entry = find(reset.stream);
  if (entry == nullptr) return;
  const Stream stream{entry->id, entry->tag};
  const bool known = !entry->reset_wanted;
  remove(*entry, owner);
  if (known) owner.on_reset(stream, reset.reason);
}

// A stream that has received most of its window within a round trip is held back by it.
void MuxEndpoint::read(const mux::Pong& pong) {
  if (!probe_.under_way || pong.opaque != probe_.number) return;
  probe_.under_way = false;
  Entry* const entry = find(probe_.stream);
  if (entry == nullptr || entry->end_received || !may_grow(*entry)) return;
  if (probe_.octets * 3 < entry->window * 2) return;
  grown_ += entry->window;
  entry->consumed += entry->window;
  entry->window *= 2;
  want_renewal(*entry);
}

bool MuxEndpoint::may_grow(const Entry& entry) const {
  return entry.window * 2 <= limits_.window_most_bytes &&
         grown_ + entry.window <= limits_.grown_windows_bytes;
}

// ----- what the owner does with its streams

mux::StreamId MuxEndpoint::open(const std::optional<Destination>& target, Tag tag, Owner& owner) {
  const mux::StreamId id{static_cast<std::uint32_t>(last_opened_) + 1};
  last_opened_ = id;
  add(id, !target, tag);
  Bytes frame;
  mux::encode_open(id, target, frame);
  if (has_room() && control_.empty()) {
    write({}, owner.keep(std::move(frame)), owner);
  } else {
    append(control_, frame);
  }
  return id;
}

bool MuxEndpoint::can_open() const {
  return streams() < limits_.streams &&
         static_cast<std::uint32_t>(last_opened_) != std::numeric_limits<std::uint32_t>::max();
}

void MuxEndpoint::reset(mux::StreamId id, mux::Reason reason, Owner& owner) {
  Entry* const entry = find(id);
  if (entry == nullptr) return;
  if (!entry->waiting.empty() && entry->credit != 0) {
    entry->reset_wanted = reason;
    return;
  }
  control(mux::reset_frame(id, reason), owner);
  remove(*entry, owner);
}

bool MuxEndpoint::on_consumed(mux::StreamId id, std::size_t octets) {
  Entry* const entry = find(id);
  if (entry == nullptr || entry->end_received || entry->reset_wanted) return false;
  entry->consumed += octets;
  if (entry->consumed < entry->window / 8) return false;
  want_renewal(*entry);
  return has_room();
}

// ----- streams

MuxEndpoint::Entry* MuxEndpoint::find(mux::StreamId id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &entries_[found->second];
}

MuxEndpoint::Entry* MuxEndpoint::find_or_reset(mux::StreamId id, Owner& owner) {
  Entry* const entry = find(id);
  if (entry == nullptr) control(mux::reset_frame(id, mux::Reason::no_such_stream), owner);
  return entry;
}

MuxEndpoint::Entry* MuxEndpoint::find_heard(mux::StreamId id, Owner& owner) {
  Entry* const entry = find_or_reset(id, owner);
  return entry != nullptr && !entry->reset_wanted ? entry : nullptr;
}

void MuxEndpoint::add(mux::StreamId id, bool udp, Tag tag) {
  Entry entry;
  entry.id = id;
  entry.tag = tag;
  entry.udp = udp;
  entry.datagrams = MuxDatagramQueue(limits_.datagram_queue_bytes);
  by_id_.emplace(id, entries_.add(std::move(entry)));
}

// What it has written may still be viewed, so its memory goes with the fact.
void MuxEndpoint::remove(Entry& entry, Owner& owner) {
  const SlabIndex index = index_of(entry);
  leave_turn(entry);
  if (entry.renewal_due) renewals_.erase(entries_, index);
  grown_ -= entry.window - mux::kFirstCredit;
  waiting_octets_ -= entry.waiting.size();
  drop_datagrams(entry, entry.datagrams.frames(), owner);
  Bytes datagrams = entry.datagrams.take_memory();
  if (!datagrams.empty()) owner.keep(std::move(datagrams));
  if (!entry.waiting.octets.empty()) owner.keep(std::move(entry.waiting.octets));
  by_id_.erase(entry.id);
  entry = {};
  entries_.remove(index);
}

void MuxEndpoint::break_off(Entry& entry, Owner& owner) {
  const Stream stream{entry.id, entry.tag};
  control(mux::reset_frame(stream.id, mux::Reason::broke_rules), owner);
  remove(entry, owner);
  owner.on_reset(stream, mux::Reason::broke_rules);
}

void MuxEndpoint::finish_if_over(Entry& entry, Owner& owner) {
  if (!entry.end_received || !entry.end_sent) return;
  const Stream stream{entry.id, entry.tag};
  remove(entry, owner);
  owner.on_finished(stream);
}

void MuxEndpoint::want_renewal(Entry& entry) {
  if (std::exchange(entry.renewal_due, true)) return;
  renewals_.push_back(entries_, index_of(entry));
}

}  // namespace fullcone
