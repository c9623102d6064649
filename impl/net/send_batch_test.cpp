// What a SendBatch sends arrives datagram by datagram: whole, in order, none empty but those that
// were, whatever the system makes of its messages (UDP-8).
#include "net/send_batch.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "net/datagram_batch.hpp"
#include "net/testing/sockets.hpp"

namespace fullcone::testing {
namespace {

using Sizes = std::initializer_list<std::size_t>;

// A socket that sends, and two that read, the first by DatagramBatch.
struct SendBatches : ::testing::Test {
  SendBatches() {
    for (const auto* const fd : {&from, &merging, &plain}) bind_to(*fd, loopback());
    DatagramBatch::allow_merging(merging.get());
    const int room = 4 << 20;
    for (const auto* const fd : {&merging, &plain}) {
      ::setsockopt(fd->get(), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
      ::setsockopt(fd->get(), SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    }
  }

  // Distinct octets for each datagram; they live until the test is over.
  ByteView payload(std::size_t size) {
    Bytes octets(size);
    for (auto& octet : octets) octet = static_cast<std::uint8_t>(random.next() >> 56);
    return kept.emplace_back(std::move(octets));
  }
  void add(const UniqueFd& to, std::size_t size, std::size_t head = 0) {
    const ByteView whole = payload(size);
    batch.add(local_endpoint(to.get()), whole.first(head), whole.subspan(head));
    (&to == &merging ? to_merging : to_plain).push_back(to_bytes(whole));
  }
  std::size_t send() { return batch.send(from.get(), largest_segment); }

  std::vector<Bytes> received_merged() {
    std::vector<Bytes> received;
    for (DatagramBatch read; read.receive(merging.get()) && read.size() > 0;) {
      for (std::size_t i = 0; i < read.size(); ++i) {
        EXPECT_EQ(read.source(i), local_endpoint(from.get()));
        received.push_back(to_bytes(read.payload(i)));
      }
    }
    return received;
  }
  std::vector<Bytes> received_plain() const {
    std::vector<Bytes> received;
    Bytes room(65536);
    for (;;) {
      const ssize_t size = ::recv(plain.get(), room.data(), room.size(), MSG_DONTWAIT);
      if (size < 0) return received;
      received.emplace_back(room.begin(), room.begin() + size);
    }
  }
  void expect_all_arrived() {
    EXPECT_EQ(received_merged(), std::exchange(to_merging, {}));
    EXPECT_EQ(received_plain(), std::exchange(to_plain, {}));
  }

  UniqueFd from = open_socket(SOCK_DGRAM), merging = open_socket(SOCK_DGRAM),
           plain = open_socket(SOCK_DGRAM);
  SendBatch batch;
  std::size_t largest_segment = SendBatch::kAnySegment;
  Random random{7};
  std::vector<Bytes> kept, to_merging, to_plain;
};

TEST_F(SendBatches, ARunOfEqualSizesIsCutAgain) {
  for (const auto* const to : {&merging, &plain}) {
    for (int i = 0; i < 100; ++i) add(*to, 100, 10);
  }
  EXPECT_EQ(send(), 0u);
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(largest_segment, SendBatch::kAnySegment);
  expect_all_arrived();
}

TEST_F(SendBatches, WhatEndsARun) {
  for (const auto* const to : {&merging, &plain}) {
    for (const auto size : Sizes{100, 100, 99, 100, 101, 101, 0, 101, 1, 1, 0, 0, 1}) {
      add(*to, size);
    }
  }
  EXPECT_EQ(send(), 0u);
  expect_all_arrived();
}

TEST_F(SendBatches, DestinationsThatAlternate) {
  for (int i = 0; i < 64; ++i) add(i % 3 == 0 ? plain : merging, 200);
  EXPECT_EQ(send(), 0u);
  expect_all_arrived();
}

TEST_F(SendBatches, NoMessagePassesUdpsOwnBound) {
  for (int i = 0; i < 3; ++i) add(plain, 30000);
  add(plain, 65507);
  for (int i = 0; i < 100; ++i) add(plain, 1400);
  EXPECT_EQ(send(), 0u);
  expect_all_arrived();
}

TEST_F(SendBatches, AnySizesInAnyOrder) {
  for (int round = 0; round < 50; ++round) {
    while (!batch.full()) {
      const auto& to = random.next() % 8 == 0 ? plain : merging;
      add(to, random.next() % 4 == 0 ? random.next() % 3000 : 64);
    }
    EXPECT_EQ(send(), 0u);
    expect_all_arrived();
    kept.clear();
  }
}

// One datagram that cannot be sent costs itself and nothing else.
TEST_F(SendBatches, OneThatFailsLosesNoOther) {
  add(plain, 100), add(plain, 100);
  const ByteView too_large = payload(65508);
  batch.add(local_endpoint(plain.get()), {}, too_large);
  batch.add({IpAddress::v4(127, 0, 0, 1), 0}, {}, kept.front());
  add(plain, 100);
  EXPECT_EQ(send(), 2u);
  expect_all_arrived();
}

// Linux cuts nothing for a socket without checksums: EINVAL, as on a path with too small an MTU.
TEST_F(SendBatches, WhereTheSystemRefusesToCutEachIsSentAlone) {
  const int on = 1;
  ASSERT_EQ(::setsockopt(from.get(), SOL_SOCKET, SO_NO_CHECK, &on, sizeof on), 0);
  const auto bound_after = [&](Sizes sizes) {
    for (const auto size : sizes) add(plain, size);
    EXPECT_EQ(send(), 0u);
    expect_all_arrived();
    return largest_segment;
  };
  EXPECT_EQ(bound_after({100, 100, 100, 50, 50, 70}), 99u);  // 100 was refused
  EXPECT_EQ(bound_after({100, 100, 50, 50}), 49u);           // then 50
  EXPECT_EQ(bound_after({100, 100, 50, 50}), 49u);           // nothing was tried
}

TEST_F(SendBatches, AFullSendBufferIsNoReasonToCutNoMore) {
  const int room = 1;  // the least that the system grants
  ASSERT_EQ(::setsockopt(from.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room), 0);
  for (int i = 0; i < 40; ++i) add(plain, 1400);
  const std::size_t failed = send();
  EXPECT_EQ(largest_segment, SendBatch::kAnySegment);
  EXPECT_EQ(received_plain().size() + failed, 40u);
}

TEST_F(SendBatches, AFullOneIsSentAndEmpty) {
  for (std::size_t i = 0; i < SendBatch::kDatagrams; ++i) add(plain, 10);
  EXPECT_TRUE(batch.full());
  EXPECT_EQ(send(), 0u);
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(send(), 0u);  // nothing
  expect_all_arrived();
}

}  // namespace
}  // namespace fullcone::testing
