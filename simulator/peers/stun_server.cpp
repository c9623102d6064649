#include "simulator/peers/stun_server.hpp"

namespace fullcone::sim {
namespace {

constexpr std::uint16_t kStunPort = 3478;

}  // namespace

StunServer::StunServer(World& world)
    : StunServer(world, world.peer_beside(world.peer(), kStunPort)) {}

StunServer::StunServer(World& world, Peer& first) {
  const std::uint16_t main = first.endpoint().port;
  const auto alternate = static_cast<std::uint16_t>(main + 1);
  Peer& other = world.peer(first.family());
  sockets_[0] = {&first, &world.peer_beside(first, alternate)};
  sockets_[1] = {other.endpoint().port == main ? &other : &world.peer_beside(other, main),
                 &world.peer_beside(other, alternate)};
  for (std::size_t ip = 0; ip < 2; ++ip) {
    for (std::size_t port = 0; port < 2; ++port) {
      sockets_[ip][port]->behave(
          [this, ip, port](Peer&, const Datagram& got) { answer(ip, port, got); });
    }
  }
}

// RFC 5780 section 6.1; RFC 8489 section 6.3.1 for attributes that must be understood.
void StunServer::answer(std::size_t ip, std::size_t port, const Datagram& got) {
  const auto request = stun::parse(got.payload);
  if (!request || request->type != stun::Type::binding_request) return;
  const stun::Change change = request->change_request.value_or(stun::Change{});
  Peer& from = *sockets_[change.ip ? 1 - ip : ip][change.port ? 1 - port : port];
  stun::Message answer;
  answer.transaction = request->transaction;
  if (request->unknown.empty()) {
    answer.type = stun::Type::binding_success;
    answer.mapped = got.source;
    answer.response_origin = from.endpoint();
    answer.other_address = sockets_[1 - ip][1 - port]->endpoint();
  } else {
    answer.type = stun::Type::binding_error;
    answer.error_code = 420;
    answer.unknown = request->unknown;
  }
  from.send_to(got.source, stun::encode(answer));
}

}  // namespace fullcone::sim
