#include "bench/load/udp_way.hpp"

#include <algorithm>

#include "wire/socks5.hpp"

namespace fullcone::load {

UdpWay::UdpWay(const std::optional<Endpoint>& proxy, const std::vector<Endpoint>& destinations,
               bool merging)
    : destinations_(destinations), socket_(IpAddress::v4(127, 0, 0, 1), merging) {
  if (proxy) {
    association_.emplace(*proxy);
    socket_.connect(association_->relay());
    for (const Endpoint& each : destinations) {
      heads_.push_back(to_bytes(socks5::encode_udp_head(each).view()));
    }
  } else if (destinations.size() == 1) {
    socket_.connect(destinations.front());
  }
}

void UdpWay::address(Bytes& datagram, std::size_t destination) const {
  if (!heads_.empty()) std::ranges::copy(heads_[destination], datagram.begin());
}

bool UdpWay::is_from(ByteView datagram, std::size_t destination) const {
  return heads_.empty() || std::ranges::equal(datagram.first(head_size()), heads_[destination]);
}

void UdpWay::send(std::span<const Bytes> datagrams, std::span<const std::size_t> destinations) {
  if (association_ || destinations_.size() == 1) return socket_.send(datagrams);
  straight_to_.clear();
  for (const std::size_t each : destinations) straight_to_.push_back(destinations_[each]);
  socket_.send(datagrams, straight_to_);
}

}  // namespace fullcone::load
