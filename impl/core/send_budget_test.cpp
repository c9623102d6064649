#include "core/send_budget.hpp"

#include <gtest/gtest.h>

namespace fullcone {
namespace {

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

}  // namespace
}  // namespace fullcone
