// A Linux network namespace that sockets are opened in. A socket stays where it was opened, so the
// suite itself never has to move: a thread of the moment enters, opens, and ends.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "conformance/live/unique_fd.hpp"

namespace fullcone::conformance {

class NetworkNamespace {
 public:
  // A name, as `ip netns` knows it, or a path. Throws SubjectGone where there is none.
  explicit NetworkNamespace(const std::string& name);

  // Runs `action` inside. Throws SubjectGone where that is not permitted, or what `action` throws.
  void run(const std::function<void()>& action) const;
  UniqueFd open_udp_socket(const Endpoint& local) const;
  // Those of its interfaces but loopback, IPv4 first; link-local ones left out.
  std::vector<IpAddress> addresses() const;

 private:
  std::string name_;
  UniqueFd handle_;
};

}  // namespace fullcone::conformance
