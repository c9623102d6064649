// Messages after the handshake, cut into records in any way.
#include "net/tls_post_handshake.hpp"

#include <gtest/gtest.h>

namespace fullcone::testing {
namespace {

using Event = TlsPostHandshake::Event;

Bytes ticket(std::size_t octets) {
  Bytes message{4, 0, static_cast<std::uint8_t>(octets >> 8),
                static_cast<std::uint8_t>(octets & 0xff)};
  message.resize(message.size() + octets, 24);
  return message;
}
const Bytes kUpdate{24, 0, 0, 1, 0}, kRequest{24, 0, 0, 1, 1};

Bytes joined(const Bytes& one, const Bytes& other) {
  Bytes both = one;
  append(both, other);
  return both;
}

TEST(TlsPostHandshake, TicketsAreSkippedHoweverTheyAreCut) {
  const Bytes octets = joined(joined(ticket(200), ticket(0)), ticket(3));
  for (std::size_t piece = 1; piece <= octets.size(); ++piece) {
    TlsPostHandshake messages(true);
    for (ByteView rest = octets; !rest.empty();) {
      const ByteView next = rest.first(std::min(piece, rest.size()));
      ASSERT_EQ(messages.read(next), Event::none) << "pieces of " << piece;
      rest = rest.subspan(next.size());
    }
    EXPECT_EQ(messages.read(kRequest), Event::key_request);
  }
}

TEST(TlsPostHandshake, AKeyUpdateIsTheEndOfItsRecord) {
  TlsPostHandshake messages(true);
  EXPECT_EQ(messages.read(kUpdate), Event::key_update);
  EXPECT_EQ(messages.read(joined(ticket(5), kRequest)), Event::key_request);
  EXPECT_EQ(messages.read(ByteView(kUpdate).first(3)), Event::none);
  EXPECT_EQ(messages.read(ByteView(kUpdate).subspan(3)), Event::key_update);
  EXPECT_EQ(messages.read(joined(kUpdate, ticket(1))), Event::unexpected);
}

TEST(TlsPostHandshake, WhatNobodyMaySayIsNotTaken) {
  const auto read = [](const Bytes& octets, bool takes_tickets = true) {
    return TlsPostHandshake(takes_tickets).read(octets);
  };
  EXPECT_EQ(read({}), Event::unexpected);
  EXPECT_EQ(read({1}), Event::unexpected);               // ClientHello
  EXPECT_EQ(read(ticket(5), false), Event::unexpected);  // to a server
  EXPECT_EQ(read({24, 0, 0, 2}), Event::malformed);
  EXPECT_EQ(read({24, 0, 0, 1, 2}), Event::illegal);
}

}  // namespace
}  // namespace fullcone::testing
