#include "simulator/sweep/journal.hpp"

#include <filesystem>

#include "simulator/life/quantities.hpp"

namespace fullcone::sim {
namespace {

std::string title_of(const Options& options) {
  return "sweep: scenario " + options.scenario + ", seeds " + std::to_string(options.first_seed) +
         ".." + std::to_string(options.last_seed) + ", shard " + std::to_string(options.shard) +
         '/' + std::to_string(options.shards) + ", ties " +
         (options.shuffle_ties ? "shuffled" : "as planned");
}

}  // namespace

Journal::Journal(const Options& options) : path_(options.resume) {
  const std::string title = title_of(options);
  const bool is_new = !std::filesystem::exists(path_) || std::filesystem::is_empty(path_);
  if (!is_new) read(title);
  if (!error_.empty()) return;
  out_.open(path_, std::ios::app);
  if (is_new) out_ << title << std::endl;
  if (!out_) error_ = path_ + ": cannot be written";
}

// A last line without its end was cut off: that run is done again.
void Journal::read(const std::string& title) {
  std::ifstream in(path_);
  std::string line;
  if (!std::getline(in, line))
    error_ = path_ + ": cannot be read";
  else if (line != title)
    error_ = path_ + ":1: found \"" + line + "\"; expected: \"" + title + '"';
  std::uint64_t whole = line.size() + 1;
  while (error_.empty() && std::getline(in, line) && !in.eof()) {
    const auto space = std::min(line.find(' '), line.size());
    const auto number = parse_count(std::string_view(line).substr(0, space));
    if (!number) {
      error_ = path_ + ": found \"" + line + "\"; expected: the number of a run";
      return;
    }
    if (done_.insert(*number).second && space != line.size()) ++broken_;
    whole += line.size() + 1;
  }
  in.close();
  if (error_.empty()) std::filesystem::resize_file(path_, whole);
}

void Journal::note(std::uint64_t number, std::string_view rule) {
  out_ << number;
  if (!rule.empty()) out_ << ' ' << rule;
  out_ << std::endl;
}

}  // namespace fullcone::sim
