// A UDP socket of the suite's.
#pragma once

#include <memory>
#include <vector>

#include "conformance/bed/network.hpp"
#include "conformance/live/poll_loop.hpp"
#include "conformance/live/unique_fd.hpp"

namespace fullcone::conformance {

class LiveUdpPort : public UdpPort {
 public:
  // `fds` are bound, to one port; the first is the one that sends, but for destinations of another
  // family.
  LiveUdpPort(PollLoop& loop, std::vector<UniqueFd> fds);
  ~LiveUdpPort() override;

  Endpoint endpoint() const override;
  void send_to(const Endpoint& destination, ByteView payload) override;
  const std::vector<Datagram>& received() const override;

 private:
  struct Socket;
  std::vector<std::shared_ptr<Socket>> sockets_;
  std::shared_ptr<std::vector<Datagram>> received_;
};

}  // namespace fullcone::conformance
