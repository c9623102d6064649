#include "conformance/live/network_namespace.hpp"

#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>
#include <thread>

#include "conformance/live/sockets.hpp"
#include "conformance/verdict.hpp"

namespace fullcone::conformance {
namespace {

std::string path_of(const std::string& name) {
  return name.find('/') != std::string::npos ? name : "/run/netns/" + name;
}

bool is_link_local(const IpAddress& ip) {
  const ByteView octets = ip.octets();
  return ip.is_v4() ? octets[0] == 169 && octets[1] == 254 : octets[0] == 0xfe;
}

}  // namespace

NetworkNamespace::NetworkNamespace(const std::string& name)
    : name_(name), handle_(::open(path_of(name).c_str(), O_RDONLY | O_CLOEXEC)) {
  if (!handle_) throw SubjectGone{"network namespace " + name + ": " + std::strerror(errno)};
}

void NetworkNamespace::run(const std::function<void()>& action) const {
  std::exception_ptr failure;
  std::thread inside([&] {
    try {
      if (::setns(handle_.get(), CLONE_NEWNET) != 0) {
        throw SubjectGone{"cannot enter network namespace " + name_ + ": " + std::strerror(errno)};
      }
      action();
    } catch (...) {
      failure = std::current_exception();
    }
  });
  inside.join();
  if (failure) std::rethrow_exception(failure);
}

UniqueFd NetworkNamespace::open_udp_socket(const Endpoint& local) const {
  UniqueFd fd;
  run([&] { fd = open_udp(local); });
  return fd;
}

std::vector<IpAddress> NetworkNamespace::addresses() const {
  std::vector<IpAddress> found;
  run([&] {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return;
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> held(list, ::freeifaddrs);
    for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
      if (each->ifa_addr == nullptr || (each->ifa_flags & IFF_LOOPBACK) != 0) continue;
      const auto address = ip_address_of(*each->ifa_addr);
      if (address && !is_link_local(*address)) found.push_back(*address);
    }
  });
  std::ranges::stable_sort(found, {}, &IpAddress::family);
  return found;
}

}  // namespace fullcone::conformance
