#include "simulator/peers/dns_server.hpp"

#include <algorithm>

namespace fullcone::sim {

DnsServer::DnsServer(World& world) : DnsServer(world, world.peer_beside(world.peer(), 53)) {}

DnsServer::DnsServer(World& world, Peer& peer) : world_(world), peer_(peer) {
  peer_.behave([this](Peer&, const Datagram& got) {
    const auto question = dns::parse_question(got.payload);
    if (!question) return;
    world_.after(world_.zone().delay_of(question->name),
                 [this, question = *question, to = got.source] { answer(question, to); });
  });
}

void DnsServer::answer(const dns::Question& question, const Endpoint& to) {
  dns::Answer answer{question.id, dns::Code::no_error, world_.zone().answer(question.name)};
  if (answer.addresses.empty()) answer.code = dns::Code::no_such_name;
  if (world_.zone().fails(question.name)) answer.code = dns::Code::server_failure;
  std::erase_if(answer.addresses,
                [&](const IpAddress& ip) { return ip.family() != question.family; });
  peer_.send_to(to, dns::encode(question, answer));
}

}  // namespace fullcone::sim
