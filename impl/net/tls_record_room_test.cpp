// The room that a thread lends to the records of one connection after another: who keeps little has
// given it back.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <optional>
#include <thread>
#include <tuple>

#include "net/testing/allocations.hpp"
#include "net/testing/sockets.hpp"
#include "net/tls_record_input.hpp"
#include "net/tls_record_output.hpp"
#include "net/unique_fd.hpp"

namespace fullcone::testing {
namespace {

using Status = Transport::Status;
using Outcome = TlsRecordInput::Outcome;

struct Pair {
  Pair() { std::tie(near, far) = socket_pair(); }
  void fill() const {
    const Bytes octets(4096);
    while (::send(near.get(), octets.data(), octets.size(), 0) > 0) {
    }
  }

  UniqueFd near, far;
};

// How often `act` asks the heap, on a thread that has lent nothing yet.
template <class Prepare, class Act>
std::size_t allocations_of(Prepare prepare, Act act) {
  std::size_t counted = 0;
  std::thread([&] {
    prepare();
    const std::size_t before = allocations_so_far().own;
    act();
    counted = allocations_so_far().own - before;
  }).join();
  return counted;
}

TEST(TlsRecordRoom, OfTheInputGoesBackWithWholeRecordsLeft) {
  const Pair first, second;
  Bytes record(25, 9);
  const Bytes header{23, 3, 3, 0, 20};
  std::copy(header.begin(), header.end(), record.begin());
  Bytes records = record;
  append(records, record);
  ASSERT_EQ(::send(first.far.get(), records.data(), records.size(), 0), 50);

  TlsRecordInput input(first.near.get()), other(second.near.get());
  const auto read = [&] {
    EXPECT_EQ(input.read(), Outcome::some);
    input.drop(*input.next());
    input.settle();
  };
  EXPECT_EQ(allocations_of(read, [&] { EXPECT_EQ(other.read(), Outcome::nothing); }), 0u);
  EXPECT_EQ(Bytes(input.next()->begin(), input.next()->end()), record);
}

TEST(TlsRecordRoom, OfTheOutputGoesBackWithLittleLeft) {
  const Pair first, second;
  first.fill();
  TlsRecordOutput output(first.near.get()), other(second.near.get());
  const auto write = [&](std::size_t octets) {
    std::fill_n(output.add(octets), octets, std::uint8_t{7});
    EXPECT_EQ(output.send(false), Status::wants_write);
    EXPECT_EQ(output.size(), octets);
  };
  EXPECT_EQ(allocations_of([&] { write(16'000); }, [&] { other.add(1); }), 0u);

  Bytes room(1'000'000);
  while (::recv(first.far.get(), room.data(), room.size(), 0) > 0) {
  }
  EXPECT_EQ(output.send(false), Status::done);
  EXPECT_TRUE(output.empty());
  EXPECT_EQ(::recv(first.far.get(), room.data(), room.size(), 0), 16'000);
  EXPECT_EQ(room[0], 7);
  EXPECT_EQ(room[15'999], 7);
}

}  // namespace
}  // namespace fullcone::testing
