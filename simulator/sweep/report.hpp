// What a sweep tells: findings as they come, the summary, and the same for programs.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "simulator/sweep/tally.hpp"

namespace fullcone::sim {

void print_findings(const std::vector<Finding>& findings);
void print_failure(const Failure& failure, bool ties_shuffled);
void print_hash(const Job& job, std::uint64_t trace_hash);
void print_unsteady(const Job& job);
void print_summary(const Tally& tally, const Options& options, std::chrono::duration<double> real);
// A JSON object.
std::string json_summary(const Tally& tally, const Options& options,
                         std::chrono::duration<double> real);

}  // namespace fullcone::sim
