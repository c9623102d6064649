#include "bench/load/udp_single.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <thread>
#include <vector>

#include "bench/load/echo_peers.hpp"
#include "bench/load/udp_way.hpp"

namespace fullcone::load {
namespace {

using namespace std::chrono_literals;

constexpr Clock::duration kPatience = 1s;
constexpr Clock::duration kSilence = 400ms;  // after which what is not back is lost
constexpr Clock::duration kBetweenFirsts = 20ms;
constexpr std::size_t kSize = 100;  // payload octets
constexpr int kTries = 5;

// Sends one datagram to that destination; how long its echo took, if it came.
std::optional<Clock::duration> exchange(UdpWay& way, std::size_t destination) {
  std::vector<Bytes> datagram(1, Bytes(way.head_size() + kSize));
  way.address(datagram.front(), destination);
  const auto left = Clock::now();
  way.send(datagram, std::array{destination});
  while (Clock::now() - left < kPatience) {
    for (const ByteView back : way.receive(kPatience)) {
      if (way.is_from(back, destination)) return Clock::now() - left;
    }
  }
  return std::nullopt;
}

}  // namespace

BurstResult run_bursts(const std::optional<Endpoint>& proxy, std::size_t count, std::size_t size,
                       unsigned bursts) {
  const EchoPeers peer(1, false);
  UdpWay way(proxy, peer.endpoints(), false);
  std::vector<Bytes> batch(BatchSocket::kBatch, Bytes(way.head_size() + size));
  for (Bytes& each : batch) way.address(each, 0);
  const std::vector<std::size_t> to(BatchSocket::kBatch, 0);
  const auto send = [&](std::size_t datagrams) {
    way.send(std::span(batch).first(datagrams), std::span(to).first(datagrams));
  };
  const auto await = [&](std::size_t wanted) {
    std::size_t back = 0;
    while (back < wanted) {
      const std::size_t got = way.receive(kSilence).size();
      if (got == 0) break;
      back += got;
    }
    return back;
  };
  BurstResult result;
  for (unsigned burst = 0; burst < bursts; ++burst) {
    send(1);
    if (await(1) == 0) throw std::runtime_error("nothing comes back");
    for (std::size_t left = count; left > 0;) {
      const std::size_t now = std::min(left, BatchSocket::kBatch);
      send(now);
      left -= now;
    }
    result.sent += count;
    result.back += await(count);
  }
  return result;
}

FirstResult run_firsts(const std::optional<Endpoint>& proxy, double seconds) {
  const auto count = static_cast<std::size_t>(
      std::max(seconds / std::chrono::duration<double>(kBetweenFirsts).count(), 2.0));
  const EchoPeers peers(count, false);
  UdpWay way(proxy, peers.endpoints(), false);
  if (!exchange(way, 0)) throw std::runtime_error("nothing comes back");
  FirstResult result;
  for (std::size_t destination = 1; destination < count; ++destination) {
    std::this_thread::sleep_for(kBetweenFirsts);
    const auto took = exchange(way, destination);
    took ? result.took.add(*took) : void(++result.lost);
  }
  return result;
}

void hold_destinations(const std::optional<Endpoint>& proxy, std::size_t count,
                       const std::function<void()>& over) {
  const EchoPeers peers(count, false);
  UdpWay way(proxy, peers.endpoints(), false);
  for (std::size_t destination = 0; destination < count; ++destination) {
    int tries = 0;
    while (!exchange(way, destination)) {
      if (++tries == kTries) throw std::runtime_error("a destination does not answer");
    }
  }
  over();
}

}  // namespace fullcone::load
