#include "simulator/findings.hpp"

#include <utility>

namespace fullcone::sim {

void Findings::add(TimePoint at, std::string_view rule, std::string what) {
  if (muted_ && rule != "STORY") return;
  trace_.add({at, TraceKind::story, {}, {}, {}, "BROKEN " + std::string(rule) + ": " + what});
  if (all_.size() < kMost) all_.push_back({at, std::string(rule), std::move(what)});
}

}  // namespace fullcone::sim
