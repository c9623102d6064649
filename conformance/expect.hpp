// EXPECT(condition): ends the case with both sides of the comparison as evidence when it does not
// hold. One comparison, or one thing that converts to bool; `&&` belongs in two EXPECTs.
#pragma once

#include <string>
#include <utility>

#include "conformance/describe.hpp"
#include "conformance/verdict.hpp"

namespace fullcone::conformance {

// Whether what was expected came true, and what was seen in either case.
struct Finding {
  bool holds = false;
  std::string seen;
  explicit operator bool() const { return holds; }
};
inline std::string describe(const Finding& finding) { return finding.seen; }

namespace expectation {

struct Judged {
  bool holds = false;
  std::string seen;
};

template <class Left>
class LeftSide {
 public:
  explicit LeftSide(const Left& left) : left_(left) {}

  template <class Right>
  friend Judged operator==(const LeftSide& side, const Right& right) {
    return judge(side.left_ == right, side.left_, right);
  }
  template <class Right>
  friend Judged operator!=(const LeftSide& side, const Right& right) {
    return judge(side.left_ != right, side.left_, right);
  }
  template <class Right>
  friend Judged operator<(const LeftSide& side, const Right& right) {
    return judge(side.left_ < right, side.left_, right);
  }
  template <class Right>
  friend Judged operator<=(const LeftSide& side, const Right& right) {
    return judge(side.left_ <= right, side.left_, right);
  }
  template <class Right>
  friend Judged operator>(const LeftSide& side, const Right& right) {
    return judge(side.left_ > right, side.left_, right);
  }
  template <class Right>
  friend Judged operator>=(const LeftSide& side, const Right& right) {
    return judge(side.left_ >= right, side.left_, right);
  }
  operator Judged() const { return {static_cast<bool>(left_), describe(left_)}; }

 private:
  template <class Right>
  static Judged judge(bool holds, const Left& left, const Right& right) {
    return {holds, holds ? std::string() : describe(left) + ", against " + describe(right)};
  }
  const Left& left_;
};

struct Splitter {
  template <class Left>
  LeftSide<Left> operator<<(const Left& left) const {
    return LeftSide<Left>(left);
  }
};

inline void require(Judged judged, const char* text, const char* file, int line) {
  if (judged.holds) return;
  std::string where = file;  // from the repository's root, wherever that was when it was built
  if (const auto root = where.rfind("conformance/"); root != std::string::npos)
    where.erase(0, root);
  throw Unmet{text, std::move(judged.seen), where + ':' + std::to_string(line)};
}

}  // namespace expectation
}  // namespace fullcone::conformance

#define EXPECT(...)                                                                            \
  ::fullcone::conformance::expectation::require(                                               \
      ::fullcone::conformance::expectation::Splitter{} << __VA_ARGS__, #__VA_ARGS__, __FILE__, \
      __LINE__)
