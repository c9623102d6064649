#include "simulator/peers/hole_punching.hpp"

#include <algorithm>

namespace fullcone::sim {

// ----- the server between them

Rendezvous::Rendezvous(World& world) : Rendezvous(world, world.peer()) {}

Rendezvous::Rendezvous(World&, Peer& peer) : peer_(peer) {
  peer_.behave([this](Peer&, const Datagram& got) { on_datagram(got); });
}

void Rendezvous::on_datagram(const Datagram& got) {
  const std::string words(as_text(got.payload));
  if (!words.starts_with("join ")) return;
  auto& room = rooms_[words];
  if (std::ranges::find(room, got.source) == room.end() && room.size() < 2) {
    room.push_back(got.source);
  }
  if (room.size() < 2) return;
  peer_.send_to(room[0], "meet " + room[1].to_string());
  peer_.send_to(room[1], "meet " + room[0].to_string());
}

// ----- one of the two

HolePuncher::HolePuncher(World& world, AnySocket socket, const Endpoint& rendezvous,
                         std::string room, Filter filter)
    : world_(world),
      socket_(socket),
      rendezvous_(rendezvous),
      room_(std::move(room)),
      filter_(std::move(filter)) {
  tick();
}

void HolePuncher::tick() {
  constexpr Duration kInterval = 100ms;
  constexpr unsigned kTicks = 150;
  while (const auto got = socket_.take()) on_datagram(*got);
  if (!far_) {
    if (ticks_ % 5 == 0) say(rendezvous_, "join " + room_);
  } else if (!through_) {
    say(*far_, "punch");
  }
  if (++ticks_ < kTicks) {
    world_.after(kInterval, [this] { tick(); });
  }
}

// A punch shows where the other one really is: behind a NAT whose mapping depends on the remote
// endpoint, that is not where the rendezvous server saw it.
void HolePuncher::on_datagram(const Datagram& got) {
  const std::string_view words = as_text(got.payload);
  if (got.source == rendezvous_) {
    if (!words.starts_with("meet ") || far_) return;
    far_ = Endpoint::parse(words.substr(5));
    if (far_ && !takes(*far_)) far_.reset();
  } else if (!takes(got.source)) {
    return;
  } else if (words == "punch") {
    far_ = got.source;
    say(got.source, "open");
  } else if (words == "open") {
    far_ = got.source;
    through_ = true;
  }
}

}  // namespace fullcone::sim
