// A live SOCKS5 proxy as the subject: the suite is its apps and the peers behind it.
#include <utility>

#include "conformance/live/live_network.hpp"
#include "conformance/live/live_stream.hpp"
#include "conformance/live/live_testbed.hpp"
#include "conformance/live/live_udp_port.hpp"
#include "conformance/live/sockets.hpp"

namespace fullcone::conformance {
namespace {

constexpr Duration kReachLimit = 5s;

class LiveProxyNetwork : public LiveNetwork {
 public:
  LiveProxyNetwork(const ProxyTarget& target, std::uint64_t seed)
      : LiveNetwork(seed, false), proxy_(target.address) {
    use_peer_addresses(target.peer_addresses);
  }

  bool subject_lives(std::string& why) override {
    if (answers(proxy_, kReachLimit)) return true;
    why = proxy_.to_string() + " does not accept connections";
    return false;
  }

  std::unique_ptr<Stream> connect_as_app() override {
    UniqueFd fd = dial_tcp(proxy_);
    if (fd) app_address_ = local_endpoint(fd).ip;
    return std::make_unique<LiveStream>(loop(), std::move(fd), nullptr, false);
  }
  Endpoint local_port() const override { return proxy_; }
  // Where the latest connection to the proxy came from.
  std::unique_ptr<UdpPort> open_app_port() override {
    std::vector<UniqueFd> fds;
    fds.push_back(open_udp({app_address_, 0}));
    return std::make_unique<LiveUdpPort>(loop(), std::move(fds));
  }

 private:
  Endpoint proxy_;
  IpAddress app_address_;
};

class LiveProxyTestbed : public Testbed {
 public:
  LiveProxyTestbed(const ProxyTarget& target, const SubjectFacts& facts, std::uint64_t seed)
      : target_(target), facts_(facts), seed_(seed), network_(target, seed) {
    facts_.is_proxy = true;
  }

  Side side() const override { return Side::nat; }
  bool is_simulated() const override { return false; }
  std::string subject() const override { return "SOCKS5 proxy " + target_.address.to_string(); }
  const SubjectFacts& facts() const override { return facts_; }
  Network& begin(std::uint64_t) override {
    std::string why;
    if (!reached_ && !network_.subject_lives(why)) throw SubjectGone{why};
    reached_ = true;
    return network_;
  }
  std::unique_ptr<Testbed> another() override {
    return std::make_unique<LiveProxyTestbed>(target_, facts_, seed_ + ++others_);
  }

 private:
  ProxyTarget target_;
  SubjectFacts facts_;
  std::uint64_t seed_;
  std::uint64_t others_ = 0;
  LiveProxyNetwork network_;
  bool reached_ = false;
};

}  // namespace

std::unique_ptr<Testbed> live_proxy_testbed(const ProxyTarget& target, const SubjectFacts& facts,
                                            std::uint64_t seed) {
  return std::make_unique<LiveProxyTestbed>(target, facts, seed);
}

}  // namespace fullcone::conformance
