#include "simulator/sweep/report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace fullcone::sim {
namespace {

using Count = unsigned long long;

double in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// Per real second, which is never nothing.
double rate(double amount, std::chrono::duration<double> real) {
  return amount / std::max(real.count(), 1e-9);
}

std::string json_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) {
      quoted += c;
    } else {
      std::array<char, 16> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      quoted += escape.data();
    }
  }
  return quoted + '"';
}

std::string json_number(double value) {
  std::array<char, 32> digits{};
  std::snprintf(digits.data(), digits.size(), "%.6f", value);
  return digits.data();
}

std::string json_failure(const Failure& failure) {
  const Finding& first = failure.findings.front();
  std::string text = "{\"scenario\": " + json_string(failure.job.scenario->name) +
                     ", \"seed\": " + std::to_string(failure.job.seed) +
                     ", \"rule\": " + json_string(first.rule) +
                     ", \"what\": " + json_string(first.what) +
                     ", \"at_s\": " + json_number(in_seconds(first.at.time_since_epoch()));
  if (!failure.file.empty()) text += ", \"file\": " + json_string(failure.file);
  return text + '}';
}

}  // namespace

void print_findings(const std::vector<Finding>& findings) {
  constexpr std::size_t kShown = 10;
  for (std::size_t i = 0; i < std::min(findings.size(), kShown); ++i) {
    const Finding& finding = findings[i];
    std::printf("        %12.6f s  %s: %s\n", in_seconds(finding.at.time_since_epoch()),
                finding.rule.c_str(), finding.what.c_str());
  }
  if (findings.size() > kShown) std::printf("        and %zu more\n", findings.size() - kShown);
}

void print_failure(const Failure& failure, bool ties_shuffled) {
  const auto seed = static_cast<Count>(failure.job.seed);
  std::printf("BROKEN  %s, seed %llu\n", failure.job.scenario->name.c_str(), seed);
  print_findings(failure.findings);
  if (failure.file.empty()) {
    std::printf("        again: fullcone-simulate --scenario %s --seeds %llu%s --trace\n",
                failure.job.scenario->name.c_str(), seed, ties_shuffled ? " --shuffle-ties" : "");
  } else {
    std::printf("        again: fullcone-simulate --replay %s --chart\n", failure.file.c_str());
  }
}

void print_hash(const Job& job, std::uint64_t trace_hash) {
  std::printf("TRACE   %s, seed %llu: %016llx\n", job.scenario->name.c_str(),
              static_cast<Count>(job.seed), static_cast<Count>(trace_hash));
}

void print_unsteady(const Job& job) {
  std::printf("UNSTEADY  %s, seed %llu: a second run gives another trace\n",
              job.scenario->name.c_str(), static_cast<Count>(job.seed));
}

void print_summary(const Tally& tally, const Options& options, std::chrono::duration<double> real) {
  const std::string scenario = options.scenario == "all"
                                   ? std::to_string(scenarios().size()) + " scenarios"
                                   : options.scenario;
  std::printf("tried: %s, %llu runs from seed %llu on%s%s\n", scenario.c_str(),
              static_cast<Count>(tally.runs), static_cast<Count>(options.first_seed),
              options.shuffle_ties ? ", ties shuffled" : "",
              options.check_determinism ? ", each twice" : "");
  if (tally.before != 0) {
    std::printf("before: %llu runs, %llu broken\n", static_cast<Count>(tally.before),
                static_cast<Count>(tally.broken_before));
  }
  std::printf("found: %llu broken, %llu not deterministic\n", static_cast<Count>(tally.broken),
              static_cast<Count>(tally.unsteady));
  const double simulated = in_seconds(tally.virtual_time);
  std::printf(
      "speed: %llu events and %.0f s of virtual time in %.2f s: %.0f events/s, %.0f times "
      "real time\n",
      static_cast<Count>(tally.events), simulated, real.count(),
      rate(static_cast<double>(tally.events), real), rate(simulated, real));
}

std::string json_summary(const Tally& tally, const Options& options,
                         std::chrono::duration<double> real) {
  const double simulated = in_seconds(tally.virtual_time);
  std::string text = "{\n  \"scenario\": " + json_string(options.scenario) +
                     ",\n  \"first_seed\": " + std::to_string(options.first_seed) +
                     ",\n  \"runs\": " + std::to_string(tally.runs) +
                     ",\n  \"runs_before\": " + std::to_string(tally.before) +
                     ",\n  \"broken\": " + std::to_string(tally.broken) +
                     ",\n  \"broken_before\": " + std::to_string(tally.broken_before) +
                     ",\n  \"not_deterministic\": " + std::to_string(tally.unsteady) +
                     ",\n  \"events\": " + std::to_string(tally.events) +
                     ",\n  \"virtual_s\": " + json_number(simulated) +
                     ",\n  \"real_s\": " + json_number(real.count()) + ",\n  \"events_per_s\": " +
                     json_number(rate(static_cast<double>(tally.events), real)) +
                     ",\n  \"failures\": [";
  for (std::size_t i = 0; i < tally.failures.size(); ++i) {
    text += (i == 0 ? "\n    " : ",\n    ") + json_failure(tally.failures[i]);
  }
  return text + (tally.failures.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

}  // namespace fullcone::sim
