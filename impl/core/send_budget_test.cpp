#include "core/send_budget.hpp"

#include <gtest/gtest.h>

namespace fullcone {
namespace {

using namespace std::chrono_literals;

TEST(SendBudget, IsBoundedAtItsLimit) {
  SendBudget budget(10);
  EXPECT_TRUE(budget.take(4));
  EXPECT_TRUE(budget.take(6));
  EXPECT_FALSE(budget.take(1));
  EXPECT_TRUE(budget.take(0));
  EXPECT_EQ(budget.waiting(), 10u);
  budget.written(3);
  EXPECT_FALSE(budget.take(4));
  EXPECT_TRUE(budget.take(3));
}

TEST(SendBudget, AnEmptyQueueTakesOneMessageOfAnySize) {
  SendBudget budget(10);
  EXPECT_TRUE(budget.take(1000));
  EXPECT_FALSE(budget.take(1));
  budget.written(999);
  EXPECT_FALSE(budget.take(1000));
  budget.written(1);
  EXPECT_TRUE(budget.take(1000));
}

TEST(SendBudget, MoreWrittenThanTakenIsAllOfIt) {
  SendBudget budget(10);
  budget.take(5);
  budget.written(100);
  EXPECT_EQ(budget.waiting(), 0u);
}

TEST(SendBudget, WhatMustGoIsAddedWhateverTheBound) {
  SendBudget budget(10);
  budget.add(8);
  budget.add(8);
  EXPECT_EQ(budget.waiting(), 16u);
  EXPECT_FALSE(budget.take(1));
}

constexpr TimePoint kBegun{1h};

TEST(SendBudget, ABurstMayBeLargerForAMoment) {
  SendBudget budget(10);
  EXPECT_TRUE(budget.take(10, kBegun));
  EXPECT_TRUE(budget.take(30, kBegun + SendBudget::kBurstTime - 1ns));
  EXPECT_FALSE(budget.take(1, kBegun + SendBudget::kBurstTime - 1ns));
  budget.written(31);
  EXPECT_TRUE(budget.take(1, kBegun + SendBudget::kBurstTime));
  EXPECT_FALSE(budget.take(1, kBegun + SendBudget::kBurstTime));
}

// The moment begins when the queue is next found empty, not when something leaves it.
TEST(SendBudget, AQueueThatWasEmptyTakesABurstAgain) {
  SendBudget budget(10);
  EXPECT_TRUE(budget.take(10, kBegun));
  budget.written(10);
  EXPECT_TRUE(budget.take(10, kBegun + 1h));
  EXPECT_TRUE(budget.take(30, kBegun + 1h));
}

}  // namespace
}  // namespace fullcone
