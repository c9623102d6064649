// A life on the network as data: who is there, and what is done when. Things and apps are known by
// numbers that never change; an event that names somebody who is not there does nothing. So every
// part of a life is a life, which is what lets it be shrunk, edited by hand and played again.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "core/client_settings.hpp"
#include "core/limits.hpp"
#include "simulator/life/deeds.hpp"
#include "simulator/link_settings.hpp"
#include "simulator/nat_behaviour.hpp"
#include "simulator/tcp_target.hpp"
#include "wire/request_header.hpp"

namespace fullcone::sim {

struct ServerPlan {
  std::uint32_t users = 1;
  LinkSettings link;
  ServerLimits limits;
  bool mux = false;  // whether it offers it
};

using Number = std::uint32_t;  // of a thing: from 1; 0 is none

inline constexpr Number kMostNumber = 65'535;

// Before IPv4 clients and peers.
struct NatPlan {
  NatBehaviour behaviour;
  Number behind = 0;  // the NAT that it is itself behind: one with a smaller number
  std::uint32_t addresses = 1;
  LinkSettings link;
};

struct ClientPlan {
  Number server = 1;
  std::uint32_t user = 1;  // of that server; one that it has not is a stranger to it
  Number behind = 0;       // a NAT
  std::uint8_t version = 1;
  MappingPolicy mapping = MappingPolicy::by_destination;
  bool credentials = false;         // wants one of: user and secret, other and word
  UdpMode udp = UdpMode::isolated;  // in v1, and so is the next
  TcpMode tcp = TcpMode::direct;
  LinkSettings link;
  ClientLimits limits;
};

enum class PeerManner : std::uint8_t {
  silent,
  echo,
  echo_from_other_port,
  echo_from_other_host,
  echo_as_another,  // spoofs
  extremes,
  stun,  // with another port, and another host with both ports
  dns,
  rendezvous,  // where two meet that punch holes
};

struct PeerPlan {
  Family family = Family::ipv4;
  Number beside = 0;  // another port on that peer's host, for one with a smaller number
  Number behind = 0;  // a NAT; others reach it only where it has written to
  PeerManner manner = PeerManner::silent;
  LinkSettings link;
};

struct TargetPlan {
  Family family = Family::ipv4;
  TcpManner manner = TcpManner::echo;
};

// "name3.example" resolves to peers' addresses.
struct NamePlan {
  std::vector<Number> peers;
  bool rotating = false;
  bool inside = false;   // also to addresses that a server may not send to
  Duration delay = 3ms;  // until an answer
};

struct Life {
  std::map<Number, ServerPlan> servers;
  std::map<Number, NatPlan> nats;
  std::map<Number, ClientPlan> clients;
  std::map<Number, PeerPlan> peers;
  std::map<Number, TargetPlan> targets;
  std::map<Number, NamePlan> names;
  std::vector<Event> events;  // by their time
  // Zero: not asked. Else the faults end with the last event, and every app that is still there has
  // to reach a peer within this time.
  Duration heals_within{};
};

}  // namespace fullcone::sim
