// A steady flow of datagrams through the real client and server costs the heap nothing, neither of
// ours nor of OpenSSL's.
#include <gtest/gtest.h>

#include <thread>

#include "net/testing/allocations.hpp"
#include "net/testing/proxy.hpp"
#include "net/testing/socks5_app.hpp"

namespace fullcone::testing {
namespace {

constexpr int kWindow = 16;
constexpr int kWarmUp = 200;  // windows
constexpr int kRounds = 500;
// Some connection of the pool may shake hands meanwhile.
constexpr double kOpensslPerDatagram = 0.5;

struct Cost {
  double own = 0;
  double openssl = 0;
};

// Of each datagram that goes from app to peer and back, kWindow in flight.
Cost cost_per_datagram(std::size_t size, UdpMode mode) {
  Cost cost;
  std::thread([&] {
    leave_this_thread_out();
    Server server;
    Client client(server, [&](ClientOptions& options) { options.settings.udp = mode; });
    const Socks5Association app(client.endpoint());
    const UdpPeer peer;
    const Bytes payload(size, 'x');
    const auto exchange = [&] {
      for (int i = 0; i < kWindow; ++i) app.send_to(peer.endpoint(), payload);
      for (int i = 0; i < kWindow; ++i) peer.send_to(peer.receive().source, payload);
      for (int i = 0; i < kWindow; ++i) EXPECT_EQ(app.receive().payload.size(), size);
    };
    for (int i = 0; i < kWarmUp; ++i) exchange();
    const Allocations before = allocations_so_far();
    for (int i = 0; i < kRounds; ++i) exchange();
    const Allocations after = allocations_so_far();
    cost.own = static_cast<double>(after.own - before.own) / (kRounds * kWindow);
    cost.openssl = static_cast<double>(after.openssl - before.openssl) / (kRounds * kWindow);
  }).join();
  return cost;
}

TEST(NetAllocation, OursAreCounted) {
  std::size_t counted = 0;
  std::thread([&] {
    const std::size_t before = allocations_so_far().own;
    const Bytes held(100, 'x');
    counted = allocations_so_far().own - before;
    EXPECT_EQ(held.size(), 100u);
  }).join();
  EXPECT_GE(counted, 1u);
}

TEST(NetAllocation, NoneForADatagramInSteadyState) {
  for (const std::size_t size : {100u, 1200u}) {
    const Cost cost = cost_per_datagram(size, UdpMode::isolated);
    EXPECT_LE(cost.own, 0.01) << size << " octets";
    if (openssl_allocations_are_counted()) {
      EXPECT_LE(cost.openssl, kOpensslPerDatagram) << size << " octets";
    }
  }
}

TEST(NetAllocation, NorByMux) {
  const Cost cost = cost_per_datagram(100, UdpMode::mux);
  EXPECT_LE(cost.own, 0.01);
  if (openssl_allocations_are_counted()) {
    EXPECT_LE(cost.openssl, kOpensslPerDatagram);
  }
}

}  // namespace
}  // namespace fullcone::testing
