// What of a sweep is done, kept in a file, a line for each run as it ends: its number, and the rule
// that broke. A sweep that was interrupted is resumed from it; what was written by another sweep is
// refused. The first line says which sweep it is.
#pragma once

#include <cstdint>
#include <fstream>
#include <set>
#include <string>
#include <string_view>

#include "simulator/sweep/options.hpp"

namespace fullcone::sim {

class Journal {
 public:
  // Opens or begins `options.resume`; failing that, error() says why.
  explicit Journal(const Options& options);

  const std::string& error() const { return error_; }
  bool done(std::uint64_t number) const { return done_.contains(number); }
  std::uint64_t runs() const { return done_.size(); }
  std::uint64_t broken() const { return broken_; }

  // `rule`: empty when none broke. Written through at once.
  void note(std::uint64_t number, std::string_view rule);

 private:
  void read(const std::string& title);

  std::string path_;
  std::string error_;
  std::ofstream out_;
  std::set<std::uint64_t> done_;
  std::uint64_t broken_ = 0;
};

}  // namespace fullcone::sim
