// A network with a tamperer between the suite and the subject in it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "conformance/mutants/link.hpp"
#include "conformance/mutants/tamper.hpp"

namespace fullcone::conformance {

// A UDP socket of a peer or an app, with a tamperer on it.
class TamperedPort : public UdpPort {
 public:
  TamperedPort(TamperedNetwork& network, std::unique_ptr<UdpPort> inner, bool is_inside);
  ~TamperedPort() override;

  Endpoint endpoint() const override { return inner_->endpoint(); }
  void send_to(const Endpoint& destination, ByteView payload) override;
  const std::vector<Datagram>& received() const override { return received_; }

  // Past every hook.
  void deliver(const Datagram& datagram) { received_.push_back(datagram); }
  UdpPort& inner() const { return *inner_; }
  // An app's, or one behind a NAT; not a peer's.
  bool is_inside() const { return is_inside_; }
  void pump();

 private:
  TamperedNetwork& network_;
  std::unique_ptr<UdpPort> inner_;
  bool is_inside_;
  std::size_t pumped_ = 0;
  std::vector<Datagram> received_;
};

class TamperedNetwork : public Network {
 public:
  // `inner` outlives it.
  TamperedNetwork(Network& inner, std::unique_ptr<Tamper> tamper);

  // ----- for the suite
  TimePoint now() const override { return inner_.now(); }
  bool run_until(const std::function<bool()>& done, Duration limit) override;
  bool is_virtual() const override { return inner_.is_virtual(); }
  const Powers& powers() const override { return powers_; }
  void tap(Wiretap* wiretap) override { inner_.tap(wiretap); }
  bool subject_lives(std::string& why) override { return inner_.subject_lives(why); }

  std::unique_ptr<UdpPort> open_peer(Family family) override;
  std::unique_ptr<UdpPort> open_peer_beside(const UdpPort& neighbour) override;
  NamedPeer open_named_peer() override;
  std::unique_ptr<Target> open_target(Family family) override { return inner_.open_target(family); }
  Endpoint refusing_endpoint() override { return inner_.refusing_endpoint(); }
  std::unique_ptr<Stream> connect_to_server() override;
  std::unique_ptr<Stream> accept_from_client() override;
  std::unique_ptr<Stream> connect_as_app() override;
  Endpoint local_port() const override { return inner_.local_port(); }
  std::unique_ptr<UdpPort> open_app_port() override;
  std::unique_ptr<UdpPort> open_neighbour_port() override;
  std::unique_ptr<UdpPort> open_internal(std::size_t host) override;
  std::unique_ptr<UdpPort> open_internal_twin(const UdpPort& other) override;

  // ----- for the tamperer
  Tamper& tamper() { return *tamper_; }
  Network& inner() { return inner_; }
  // Those that stand, oldest first.
  std::vector<Link*>& links() { return links_; }
  std::vector<TamperedPort*>& ports() { return ports_; }
  // A connection of the client's that the suite has not asked for yet.
  void offer(std::unique_ptr<Link> link) { offered_.push_back(std::move(link)); }

 private:
  void pump();
  // Null stays null.
  std::unique_ptr<UdpPort> tampered(std::unique_ptr<UdpPort> port, bool is_inside = false);

  Network& inner_;
  std::unique_ptr<Tamper> tamper_;
  Powers powers_;
  std::vector<Link*> links_;
  std::vector<TamperedPort*> ports_;
  std::vector<std::unique_ptr<Link>> offered_;
};

}  // namespace fullcone::conformance
