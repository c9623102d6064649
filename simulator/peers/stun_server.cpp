#include "simulator/peers/stun_server.hpp"

namespace fullcone::sim {

StunServer::StunServer(World& world) {
  constexpr std::uint16_t kPort = 3478;
  constexpr std::uint16_t kAlternatePort = 3479;
  for (std::size_t ip = 0; ip < 2; ++ip) {
    const Peer& host = world.peer();
    sockets_[ip] = {&world.peer_beside(host, kPort), &world.peer_beside(host, kAlternatePort)};
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
