#include "core/linked_slab.hpp"

#include <gtest/gtest.h>

#include <list>

#include "base/random.hpp"

namespace fullcone {
namespace {

struct Entry {
  int value = 0;
  SlabLinks in_first;
  SlabLinks in_second;
};
using First = SlabList<Entry, &Entry::in_first>;
using Second = SlabList<Entry, &Entry::in_second>;

std::list<int> values(const LinkedSlab<Entry>& slab, const First& list) {
  std::list<int> all;
  for (auto at = list.front(); at != kNoIndex; at = slab[at].in_first.next) {
    all.push_back(slab[at].value);
  }
  return all;
}

TEST(LinkedSlab, KeepsOrderInEachListApart) {
  LinkedSlab<Entry> slab;
  First first;
  Second second;
  const auto a = slab.add({1, {}, {}}), b = slab.add({2, {}, {}}), c = slab.add({3, {}, {}});
  for (const auto index : {a, b, c}) first.push_back(slab, index);
  for (const auto index : {c, a}) second.push_back(slab, index);
  first.move_to_back(slab, a);
  EXPECT_EQ(values(slab, first), (std::list{2, 3, 1}));
  EXPECT_EQ(second.front(), c);
  second.erase(slab, c);
  EXPECT_EQ(second.front(), a);
  EXPECT_EQ(values(slab, first), (std::list{2, 3, 1}));
}

TEST(LinkedSlab, ErasesAtTheFrontTheBackTheMiddleAndTheLast) {
  LinkedSlab<Entry> slab;
  First list;
  SlabIndex at[4];
  for (int i = 0; i < 4; ++i) list.push_back(slab, at[i] = slab.add({i, {}, {}}));
  list.erase(slab, at[0]);
  list.erase(slab, at[3]);
  EXPECT_EQ(values(slab, list), (std::list{1, 2}));
  list.move_to_back(slab, at[2]);  // it is there already
  list.erase(slab, at[1]);
  list.erase(slab, at[2]);
  EXPECT_TRUE(list.empty());
  list.push_back(slab, at[1]);
  EXPECT_EQ(values(slab, list), (std::list{1}));
}

TEST(LinkedSlab, ReusesWhatWasFreed) {
  LinkedSlab<Entry> slab;
  const auto a = slab.add({1, {}, {}});
  slab.remove(a);
  EXPECT_EQ(slab.add({2, {}, {}}), a);
  EXPECT_EQ(slab[a].value, 2);
  EXPECT_NE(slab.add({3, {}, {}}), a);
}

TEST(LinkedSlab, AgreesWithAListUnderRandomUse) {
  Random random(1);
  LinkedSlab<Entry> slab;
  First list;
  std::list<int> model;
  std::vector<SlabIndex> indices;
  const auto any = [&] { return random.below(indices.size()); };
  for (int i = 0; i < 20'000; ++i) {
    const auto what = random.below(indices.size() > 30 ? 3 : 4);
    if (what == 3 || indices.empty()) {
      indices.push_back(slab.add({i, {}, {}}));
      list.push_back(slab, indices.back());
      model.push_back(i);
    } else if (what == 0) {
      const auto nth = any();
      model.remove(slab[indices[nth]].value);
      list.erase(slab, indices[nth]);
      slab.remove(indices[nth]);
      indices[nth] = indices.back();
      indices.pop_back();
    } else {
      const auto index = indices[any()];
      model.remove(slab[index].value);
      model.push_back(slab[index].value);
      list.move_to_back(slab, index);
    }
    ASSERT_EQ(values(slab, list), model);
  }
}

}  // namespace
}  // namespace fullcone
