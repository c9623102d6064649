#include "simulator/peers/nat_discovery.hpp"

namespace fullcone::sim {

// Filtering first: the mapping tests send to the server's other address, which opens filters.
std::optional<DiscoveredNat> NatDiscovery::run(const Endpoint& server) {
  const auto first = ask(server);
  if (!first || !first->mapped || !first->other_address) return std::nullopt;
  DiscoveredNat found;
  found.mapped = *first->mapped;
  found.present = found.mapped != socket_.local();
  found.filtering = find_filtering(server);
  const auto mapping = find_mapping(server, *first);
  if (!mapping) return std::nullopt;
  found.mapping = *mapping;
  return found;
}

// Section 4.4, tests II and III.
Dependence NatDiscovery::find_filtering(const Endpoint& server) {
  if (ask(server, {.ip = true, .port = true})) return Dependence::endpoint_independent;
  if (ask(server, {.ip = false, .port = true})) return Dependence::address_dependent;
  return Dependence::address_and_port_dependent;
}

// Section 4.3, tests II and III.
std::optional<Dependence> NatDiscovery::find_mapping(const Endpoint& server,
                                                     const stun::Message& first) {
  const Endpoint& other = *first.other_address;
  const auto second = ask({other.ip, server.port});
  if (!second) return std::nullopt;
  if (second->mapped == first.mapped) return Dependence::endpoint_independent;
  const auto third = ask(other);
  if (!third) return std::nullopt;
  return third->mapped == second->mapped ? Dependence::address_dependent
                                         : Dependence::address_and_port_dependent;
}

// Retransmitted as RFC 8489 section 6.2.1 says, though not as patiently.
std::optional<stun::Message> NatDiscovery::ask(const Endpoint& server, stun::Change change) {
  constexpr int kRequests = 4;
  stun::Message request;
  for (auto& octet : request.transaction) octet = static_cast<std::uint8_t>(random_.below(256));
  if (change.ip || change.port) request.change_request = change;
  std::optional<stun::Message> answer;
  const auto answered = [&] {
    while (const auto got = socket_.take()) {
      const auto message = stun::parse(got->payload);
      if (message && message->transaction == request.transaction) answer = message;
    }
    return answer.has_value();
  };
  Duration timeout = 500ms;
  for (int i = 0; i < kRequests && !answer; ++i, timeout *= 2) {
    socket_.send_to(server, stun::encode(request));
    world_.run_until(answered, timeout);
  }
  return answer;
}

}  // namespace fullcone::sim
