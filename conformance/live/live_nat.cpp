// A live NAT as the subject: the suite is behind it in one network namespace, and its peers in
// another.
#include <algorithm>
#include <utility>

#include "conformance/live/live_network.hpp"
#include "conformance/live/live_testbed.hpp"
#include "conformance/live/live_udp_port.hpp"
#include "conformance/live/network_namespace.hpp"
#include "conformance/live/sockets.hpp"

namespace fullcone::conformance {
namespace {

std::vector<IpAddress> ipv4_addresses_of(const NetworkNamespace& side, const std::string& name) {
  auto addresses = side.addresses();
  std::erase_if(addresses, [](const IpAddress& ip) { return !ip.is_v4(); });
  if (addresses.empty()) throw SubjectGone{"network namespace " + name + " has no IPv4 address"};
  return addresses;
}

class LiveNatNetwork : public LiveNetwork {
 public:
  LiveNatNetwork(const NatTarget& target, std::uint64_t seed)
      : LiveNetwork(seed, false),
        inside_(target.client_netns),
        outside_(target.peer_netns),
        internal_(ipv4_addresses_of(inside_, target.client_netns)) {
    use_peer_addresses(target.peer_addresses.empty()
                           ? ipv4_addresses_of(outside_, target.peer_netns)
                           : target.peer_addresses);
  }

  bool subject_lives(std::string&) override { return true; }

  std::unique_ptr<UdpPort> open_internal(std::size_t host) override {
    if (host >= internal_.size()) return nullptr;
    return open_internal_at({internal_[host], 0});
  }
  std::unique_ptr<UdpPort> open_internal_twin(const UdpPort& other) override {
    const Endpoint taken = other.endpoint();
    const auto host =
        std::ranges::find_if(internal_, [&](const IpAddress& ip) { return ip != taken.ip; });
    if (host == internal_.end()) return nullptr;
    return open_internal_at({*host, taken.port});
  }

 protected:
  UniqueFd open_peer_socket(const Endpoint& local) override {
    return outside_.open_udp_socket(local);
  }

 private:
  std::unique_ptr<UdpPort> open_internal_at(const Endpoint& local) {
    std::vector<UniqueFd> fds;
    fds.push_back(inside_.open_udp_socket(local));
    if (!fds.front()) return nullptr;
    return std::make_unique<LiveUdpPort>(loop(), std::move(fds));
  }

  NetworkNamespace inside_;
  NetworkNamespace outside_;
  std::vector<IpAddress> internal_;
};

class LiveNatTestbed : public Testbed {
 public:
  LiveNatTestbed(const NatTarget& target, const SubjectFacts& facts, std::uint64_t seed)
      : target_(target), facts_(facts), seed_(seed), network_(target, seed) {}

  Side side() const override { return Side::nat; }
  bool is_simulated() const override { return false; }
  std::string subject() const override {
    return "NAT between " + target_.client_netns + " and " + target_.peer_netns;
  }
  const SubjectFacts& facts() const override { return facts_; }
  Network& begin(std::uint64_t) override { return network_; }
  std::unique_ptr<Testbed> another() override {
    return std::make_unique<LiveNatTestbed>(target_, facts_, seed_ + ++others_);
  }

 private:
  NatTarget target_;
  SubjectFacts facts_;
  std::uint64_t seed_;
  std::uint64_t others_ = 0;
  LiveNatNetwork network_;
};

}  // namespace

std::unique_ptr<Testbed> live_nat_testbed(const NatTarget& target, const SubjectFacts& facts,
                                          std::uint64_t seed) {
  return std::make_unique<LiveNatTestbed>(target, facts, seed);
}

}  // namespace fullcone::conformance
