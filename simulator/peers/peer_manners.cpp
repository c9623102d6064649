#include "simulator/peers/peer_manners.hpp"

#include <functional>
#include <utility>

namespace fullcone::sim {
namespace {

Bytes numbered(std::size_t number, std::size_t octets) {
  Bytes payload(octets, 'x');
  for (std::size_t i = 0; i < 8; ++i, number >>= 8) {
    payload[i] = static_cast<std::uint8_t>(number & 0xff);
  }
  return payload;
}

using Shot = std::function<void(std::size_t number)>;

void fire(World& world, std::size_t number, const Flood& flood, const Shot& shot) {
  if (number == flood.datagrams) return;
  shot(number);
  world.after(flood.interval,
              [&world, number, flood, shot] { fire(world, number + 1, flood, shot); });
}

}  // namespace

void follow_script(Peer& peer, std::vector<std::string> answers) {
  peer.behave([answers = std::move(answers)](Peer& self, const Datagram& got) {
    const std::size_t number = self.received().size() - 1;
    if (number < answers.size()) self.send_to(got.source, answers[number]);
  });
}

void answer_from(Peer& peer, Peer& other) {
  peer.behave([&other](Peer&, const Datagram& got) { other.send_to(got.source, got.payload); });
}

void answer_as(World& world, Peer& peer, const Peer& other) {
  peer.behave([&world, &other](Peer& self, const Datagram& got) {
    Network& network = world.network();
    network.spoof(*network.host_of(self.endpoint().ip), other.endpoint(), got.source, got.payload);
  });
}

void answer_with_extremes(Peer& peer) {
  constexpr std::size_t kMost = 65'507;
  peer.behave([](Peer& self, const Datagram& got) {
    self.send_to(got.source, Bytes{});
    self.send_to(got.source, Bytes(kMost, 'x'));
  });
}

void flood(World& world, Peer& peer, const Endpoint& to, const Flood& flood) {
  fire(world, 0, flood, [&peer, to, octets = flood.octets](std::size_t number) {
    peer.send_to(to, numbered(number, octets));
  });
}

void spray_from_nowhere(World& world, Peer& peer, const Endpoint& to, const Flood& flood) {
  fire(world, 0, flood, [&world, &peer, to, octets = flood.octets](std::size_t number) {
    Network& network = world.network();
    const IpAddress nobody =
        IpAddress::v4(50, static_cast<std::uint8_t>(number >> 16),
                      static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number));
    network.spoof(*network.host_of(peer.endpoint().ip), {nobody, 6881}, to,
                  numbered(number, octets));
  });
}

}  // namespace fullcone::sim
