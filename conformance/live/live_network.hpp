// The testbed's network over real sockets: peers, targets and time. What is particular to a server
// or a client as the subject is added by the two classes that derive from it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/bed/network.hpp"
#include "conformance/live/poll_loop.hpp"
#include "conformance/live/unique_fd.hpp"

namespace fullcone::conformance {

class LiveNetwork : public Network {
 public:
  // `same_machine`: the subject's sockets can be seen from here.
  LiveNetwork(std::uint64_t seed, bool same_machine);

  TimePoint now() const override { return PollLoop::now(); }
  bool run_until(const std::function<bool()>& done, Duration limit) override {
    return loop_.run_until(done, limit);
  }
  bool is_virtual() const override { return false; }
  const Powers& powers() const override { return powers_; }
  void tap(Wiretap* wiretap) override { loop_.set_wiretap(wiretap); }

  std::unique_ptr<UdpPort> open_peer(Family family) override;
  std::unique_ptr<UdpPort> open_peer_beside(const UdpPort& neighbour) override;
  NamedPeer open_named_peer() override;
  std::unique_ptr<Target> open_target(Family family) override;
  Endpoint refusing_endpoint() override;

  // One kind of subject has no use for the other's; each throws std::logic_error here.
  std::unique_ptr<Stream> connect_to_server() override;
  std::unique_ptr<Stream> accept_from_client() override;
  std::unique_ptr<Stream> connect_as_app() override;
  Endpoint local_port() const override;
  std::unique_ptr<UdpPort> open_app_port() override;
  std::unique_ptr<UdpPort> open_neighbour_port() override;
  std::unique_ptr<UdpPort> open_internal(std::size_t host) override;
  std::unique_ptr<UdpPort> open_internal_twin(const UdpPort& other) override;

 protected:
  PollLoop& loop() { return loop_; }
  // From now on peers are at these in turn.
  void use_peer_addresses(std::vector<IpAddress> addresses);
  virtual UniqueFd open_peer_socket(const Endpoint& local);
  // 127.x.y.z for IPv4, one that was not given out before; ::1 for IPv6. Or of the addresses to be
  // used the next; nullopt where none is of that family.
  std::optional<IpAddress> fresh_address(Family family);

 private:
  PollLoop loop_;
  Powers powers_;
  std::uint32_t next_address_;
  std::vector<IpAddress> peer_addresses_;
  std::vector<UniqueFd> refusing_;
};

}  // namespace fullcone::conformance
