// Who a UUID belongs to, and the tallies of what each user holds (AUTH-1, EGRESS-2).
#include "core/users.hpp"

#include <gtest/gtest.h>

#include <array>

#include "core/testing/requests.hpp"

namespace fullcone {
namespace {

TEST(UserDirectory, FindsUsersByTheirUuid) {
  const std::array users{User{"alice", kAlice}, User{"bob", kBob}};
  UserDirectory directory(users, 9);
  EXPECT_EQ(directory.find(kAlice), UserId{0});
  EXPECT_EQ(directory.find(kBob), UserId{1});
  EXPECT_EQ(directory.find(kNobody), std::nullopt);
  EXPECT_EQ(directory.name(UserId{1}), "bob");
}

TEST(UserDirectory, OfTwoWithOneUuidTheFirstCounts) {
  const std::array users{User{"first", kAlice}, User{"second", kAlice}};
  UserDirectory directory(users, 9);
  EXPECT_EQ(directory.name(directory.find(kAlice).value()), "first");
}

TEST(UserDirectory, KeepsTalliesApart) {
  const std::array users{User{"alice", kAlice}, User{"bob", kBob}};
  UserDirectory directory(users, 9);
  directory.connections(UserId{0}).add();
  EXPECT_EQ(directory.connections(UserId{0}).held(), 1u);
  EXPECT_EQ(directory.connections(UserId{1}).held(), 0u);
  EXPECT_EQ(directory.sessions(UserId{0}).held(), 0u);
}

TEST(Tally, IsBoundedAtItsLimit) {
  Tally tally;
  EXPECT_TRUE(tally.take(2));
  EXPECT_TRUE(tally.take(2));
  EXPECT_FALSE(tally.take(2));
  EXPECT_EQ(tally.held(), 2u);
  tally.give_back();
  EXPECT_TRUE(tally.take(2));
  EXPECT_FALSE(tally.take(0));
  tally.add();
  EXPECT_EQ(tally.held(), 3u);
}

}  // namespace
}  // namespace fullcone
