// A live server as the subject: the suite is its client.
#include <optional>
#include <utility>

#include "conformance/live/live_network.hpp"
#include "conformance/live/live_stream.hpp"
#include "conformance/live/live_testbed.hpp"
#include "conformance/live/sockets.hpp"
#include "conformance/live/tls_context.hpp"

namespace fullcone::conformance {
namespace {

constexpr Duration kReachLimit = 5s;

bool is_loopback(const IpAddress& ip) {
  return ip.is_v4() ? ip.octets()[0] == 127 : ip == *IpAddress::parse("::1");
}

class LiveServerNetwork : public LiveNetwork {
 public:
  LiveServerNetwork(const ServerTarget& target, std::uint64_t seed)
      : LiveNetwork(seed, is_loopback(target.address.ip)),
        address_(target.address),
        tls_(target.ca_file, target.server_name) {
    use_peer_addresses(target.peer_addresses);
  }

  bool subject_lives(std::string& why) override {
    if (answers(address_, kReachLimit)) return true;
    why = address_.to_string() + " does not accept connections";
    return false;
  }

  std::unique_ptr<Stream> connect_to_server() override { return connect(); }

  // Throws SubjectGone unless TLS comes up.
  void reach() {
    const auto stream = connect();
    run_until([&] { return stream->state() != Stream::State::opening; }, kReachLimit);
    if (stream->state() == Stream::State::open) return stream->close();
    const std::string why = stream->failure().empty() ? "no answer" : stream->failure();
    throw SubjectGone{"no TLS connection to " + address_.to_string() + ": " + why};
  }

 private:
  std::unique_ptr<LiveStream> connect() {
    return std::make_unique<LiveStream>(loop(), dial_tcp(address_), tls_.make(), false);
  }

  Endpoint address_;
  TlsDialler tls_;
};

class LiveServerTestbed : public Testbed {
 public:
  LiveServerTestbed(const ServerTarget& target, const SubjectFacts& facts, std::uint64_t seed)
      : target_(target), facts_(facts), seed_(seed), network_(target, seed) {}

  Side side() const override { return Side::server; }
  bool is_simulated() const override { return false; }
  std::string subject() const override { return "server " + target_.address.to_string(); }
  const SubjectFacts& facts() const override { return facts_; }
  Network& begin(std::uint64_t) override {
    if (!std::exchange(reached_, true)) network_.reach();
    return network_;
  }
  std::unique_ptr<Testbed> another() override {
    return std::make_unique<LiveServerTestbed>(target_, facts_, seed_ + ++others_);
  }

 private:
  ServerTarget target_;
  SubjectFacts facts_;
  std::uint64_t seed_;
  std::uint64_t others_ = 0;
  LiveServerNetwork network_;
  bool reached_ = false;
};

}  // namespace

std::unique_ptr<Testbed> live_server_testbed(const ServerTarget& target, const SubjectFacts& facts,
                                             std::uint64_t seed) {
  return std::make_unique<LiveServerTestbed>(target, facts, seed);
}

}  // namespace fullcone::conformance
