// The testbed's network in the simulator: the real core in virtual time, and every hand of the
// suite's played in the same world.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "conformance/bed/network.hpp"
#include "simulator/world.hpp"

namespace fullcone::conformance {

// A world with one subject in it: a server; a client whose server is the suite; both, as one proxy;
// or a NAT.
class SimulatedNetwork : public Network {
 public:
  struct ServerSubject {
    ServerSettings settings;
    std::vector<User> users;
  };
  struct ClientSubject {
    ClientSettings settings;
  };
  struct PairSubject {
    ServerSubject server;
    ClientSettings client;
  };
  struct NatSubject {
    sim::NatBehaviour behaviour;
    std::size_t external_addresses = 1;
  };
  // `link`: the subject's.
  SimulatedNetwork(std::uint64_t seed, const ServerSubject& subject,
                   const sim::LinkSettings& link = {});
  SimulatedNetwork(std::uint64_t seed, const ClientSubject& subject,
                   const sim::LinkSettings& link = {});
  SimulatedNetwork(std::uint64_t seed, const PairSubject& subject);
  SimulatedNetwork(std::uint64_t seed, const NatSubject& subject);

  TimePoint now() const override { return world_.now(); }
  bool run_until(const std::function<bool()>& done, Duration limit) override;
  bool is_virtual() const override { return true; }
  const Powers& powers() const override { return powers_; }
  bool subject_lives(std::string&) override { return true; }
  void tap(Wiretap* wiretap) override;

  std::unique_ptr<UdpPort> open_peer(Family family) override;
  std::unique_ptr<UdpPort> open_peer_beside(const UdpPort& neighbour) override;
  NamedPeer open_named_peer() override;
  std::unique_ptr<Target> open_target(Family family) override;
  Endpoint refusing_endpoint() override;

  std::unique_ptr<Stream> connect_to_server() override;

  std::unique_ptr<Stream> accept_from_client() override;
  std::unique_ptr<Stream> connect_as_app() override;
  Endpoint local_port() const override { return client_->listening(); }
  std::unique_ptr<UdpPort> open_app_port() override;
  std::unique_ptr<UdpPort> open_neighbour_port() override;

  std::unique_ptr<UdpPort> open_internal(std::size_t host) override;
  std::unique_ptr<UdpPort> open_internal_twin(const UdpPort& other) override;
  // Precondition: the subject is a NAT.
  sim::Router& nat() { return *nat_; }

 private:
  explicit SimulatedNetwork(std::uint64_t seed);
  std::unique_ptr<UdpPort> open_internal_at(const Endpoint& endpoint);

  sim::World world_;
  Wiretap* wiretap_ = nullptr;
  bool watched_ = false;
  Powers powers_;
  sim::ServerNode* server_ = nullptr;
  sim::FakeServer* fake_server_ = nullptr;
  sim::ClientNode* client_ = nullptr;
  sim::Router* nat_ = nullptr;
  std::vector<IpAddress> internal_hosts_;
  // Downwards from the last of nat_subject()'s: not what a NAT gives that counts upwards.
  std::uint16_t next_internal_port_ = 33023;
  std::size_t names_given_ = 0;
};

}  // namespace fullcone::conformance
