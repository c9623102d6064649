// A live client as the subject: the suite starts it, is its VLESS server, and the app behind it.
#include <poll.h>

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "conformance/live/child_process.hpp"
#include "conformance/live/folder.hpp"
#include "conformance/live/live_network.hpp"
#include "conformance/live/live_stream.hpp"
#include "conformance/live/live_testbed.hpp"
#include "conformance/live/live_udp_port.hpp"
#include "conformance/live/sockets.hpp"
#include "conformance/live/tls_context.hpp"

namespace fullcone::conformance {
namespace {

constexpr Duration kStartLimit = 15s;
const IpAddress kLoopback = IpAddress::v4(127, 0, 0, 1);
const IpAddress kNeighbour = IpAddress::v4(127, 0, 0, 2);

std::string filled_in(std::string command, std::string_view field, const std::string& value) {
  for (auto at = command.find(field); at != std::string::npos;
       at = command.find(field, at + value.size())) {
    command.replace(at, field.size(), value);
  }
  return command;
}

// The suite's server: takes each connection as it comes, so that its TLS handshake goes on while
// the case waits for something else.
class Acceptor : public Pollable {
 public:
  Acceptor(PollLoop& loop, const TlsAcceptor& tls)
      : loop_(loop), tls_(tls), listener_(listen_tcp({kLoopback, 0})) {}

  Endpoint endpoint() const { return local_endpoint(listener_); }
  std::unique_ptr<Stream> next() {
    if (accepted_.empty()) return nullptr;
    auto stream = std::move(accepted_.front());
    accepted_.pop_front();
    return stream;
  }

  int fd() const override { return listener_.get(); }
  short wanted() const override { return POLLIN; }
  void on_ready() override {
    while (UniqueFd fd = accept_tcp(listener_)) {
      accepted_.push_back(std::make_unique<LiveStream>(loop_, std::move(fd), tls_.make(), true));
    }
  }

 private:
  PollLoop& loop_;
  const TlsAcceptor& tls_;
  UniqueFd listener_;
  std::deque<std::unique_ptr<Stream>> accepted_;
};

class LiveClientNetwork : public LiveNetwork {
 public:
  LiveClientNetwork(std::string launch, const Uuid& user, std::uint64_t seed)
      : LiveNetwork(seed, true),
        launch_(std::move(launch)),
        user_(user),
        certificate_(make_certificate()),
        tls_(certificate_),
        server_(std::make_shared<Acceptor>(loop(), tls_)),
        local_port_{kLoopback, local_endpoint(bind_tcp({kLoopback, 0})).port} {
    loop().add(server_);
    write_pem(*certificate_.authority, folder_ / "ca.pem");
  }

  // Throws SubjectGone when its local port does not open. One that runs is ended first.
  void start() {
    child_.reset();
    while (server_->next()) {
    }
    std::string command = filled_in(launch_, "{server}", server_->endpoint().to_string());
    command = filled_in(command, "{uuid}", user_.to_string());
    command = filled_in(command, "{ca}", (folder_ / "ca.pem").string());
    command = filled_in(command, "{socks}", local_port_.to_string());
    child_.emplace(command, folder_ / "client.log");
    std::string why = "its SOCKS5 port did not open";
    const bool up =
        run_until([&] { return !child_->lives(why) || answers(local_port_, 100ms); }, kStartLimit);
    if (!up || !child_->lives(why)) {
      throw SubjectGone{"the client does not run: " + why + "\n" + tail_of(folder_ / "client.log")};
    }
  }

  bool subject_lives(std::string& why) override { return child_ && child_->lives(why); }

  std::unique_ptr<Stream> accept_from_client() override { return server_->next(); }
  std::unique_ptr<Stream> connect_as_app() override {
    return std::make_unique<LiveStream>(loop(), dial_tcp(local_port_), nullptr, false);
  }
  Endpoint local_port() const override { return local_port_; }
  std::unique_ptr<UdpPort> open_app_port() override { return open_port(kLoopback); }
  std::unique_ptr<UdpPort> open_neighbour_port() override { return open_port(kNeighbour); }

 private:
  std::unique_ptr<UdpPort> open_port(const IpAddress& ip) {
    std::vector<UniqueFd> fds;
    fds.push_back(open_udp({ip, 0}));
    return std::make_unique<LiveUdpPort>(loop(), std::move(fds));
  }

  std::string launch_;
  Uuid user_;
  Folder folder_;
  Certificate certificate_;
  TlsAcceptor tls_;
  std::shared_ptr<Acceptor> server_;
  Endpoint local_port_;
  std::optional<ChildProcess> child_;
};

class LiveClientTestbed : public Testbed {
 public:
  LiveClientTestbed(const ClientTarget& target, const SubjectFacts& facts, std::uint64_t seed)
      : target_(target), facts_(facts), seed_(seed), network_(target.launch, facts.user, seed) {}

  Side side() const override { return Side::client; }
  bool is_simulated() const override { return false; }
  std::string subject() const override { return "client " + target_.launch; }
  const SubjectFacts& facts() const override { return facts_; }
  Network& begin(std::uint64_t) override {
    // What one case does to a mux connection the next one would have to wait for.
    const bool afresh = facts_.mode == ClientMode::mux;
    if (!std::exchange(started_, true) || afresh) network_.start();
    return network_;
  }
  // A client of its own.
  std::unique_ptr<Testbed> another() override {
    return std::make_unique<LiveClientTestbed>(target_, facts_, seed_ + ++others_);
  }

 private:
  ClientTarget target_;
  SubjectFacts facts_;
  std::uint64_t seed_;
  std::uint64_t others_ = 0;
  LiveClientNetwork network_;
  bool started_ = false;
};

}  // namespace

std::unique_ptr<Testbed> live_client_testbed(const ClientTarget& target, const SubjectFacts& facts,
                                             std::uint64_t seed) {
  return std::make_unique<LiveClientTestbed>(target, facts, seed);
}

}  // namespace fullcone::conformance
