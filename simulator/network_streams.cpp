// Streams between hosts: who listens, what becomes of a dial, and the way it takes. NATs let
// streams out and remember none: whoever dials one from outside finds nobody listening there.
#include <algorithm>
#include <utility>

#include "simulator/network.hpp"
#include "simulator/purpose_random.hpp"

namespace fullcone::sim {

void Network::listen(const Endpoint& endpoint, OnAccept on_accept) {
  listeners_[endpoint] = {std::move(on_accept)};
}

void Network::swallow_dials(const Endpoint& endpoint) { listeners_[endpoint] = {}; }

std::shared_ptr<StreamEnd> Network::dial(const Endpoint& from, const Endpoint& to,
                                         const StreamOptions& options) {
  Host& source = *host_of(from.ip);
  Host* const destination = from.family() == to.family() ? host_of(to.ip) : nullptr;
  const auto way = destination != nullptr ? way_to(source, *destination) : std::nullopt;
  const Endpoint seen = way && way->size() > 2 ? hidden_by(*(*way)[way->size() - 2]) : from;
  const std::uint64_t number = ++streams_dialled_;
  const auto link =
      std::make_shared<StreamLink>(events_, trace_, random_for(seed_, "stream", number), options,
                                   way.value_or(StreamLink::Path{&source, &source}), seen, to);
  trace_.add({now(), TraceKind::stream_dialled, seen, to, {}, {}});
  if (!way) return link->dialler();
  links_.push_back(*link);
  const TimePoint open_again = separated_until(*way);
  if (open_again > now()) link->stall(open_again - now());
  link->knock([this, link] { on_dialled(*link); });
  return link->dialler();
}

void Network::on_dialled(StreamLink& link) {
  const Endpoint to = link.acceptor()->local();
  const auto listener = listeners_.find(to);
  if (listener == listeners_.end()) return link.refuse(ConnectFailure::refused);
  if (!listener->second.on_accept) return;
  link.connect([this, to](std::shared_ptr<StreamEnd> end) {
    const auto still = listeners_.find(to);
    if (still == listeners_.end() || !still->second.on_accept) return false;
    const OnAccept on_accept = still->second.on_accept;  // it may stop listening
    on_accept(std::move(end));
    return true;
  });
}

bool Network::any_stream_carries() const {
  return std::ranges::any_of(links_, [](const StreamLink& link) { return link.carries_any(); });
}

// Outward through NATs as far as the realm of `destination`; nullopt: it is of a realm further in.
std::optional<StreamLink::Path> Network::way_to(const Host& source, const Host& destination) const {
  StreamLink::Path way{&source};
  if (source.site != destination.site) {
    for (const Host* at = &source; at->behind != destination.behind; way.push_back(at)) {
      if (at->behind == nullptr) return std::nullopt;
      at = &at->behind->host();
    }
  }
  way.push_back(&destination);
  return way;
}

// Where a stream comes from for those outside the NAT that has `host` as its outer side.
Endpoint Network::hidden_by(const Host& host) {
  const IpAddress& external = host.router->external_addresses().front();
  return {external, next_port(external)};
}

}  // namespace fullcone::sim
