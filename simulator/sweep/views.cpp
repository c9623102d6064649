#include "simulator/sweep/views.hpp"

#include <cstdio>
#include <fstream>

namespace fullcone::sim {

Views::Views(const Options& options) : options_(options) {}

Onlooker Views::onlooker() {
  if (!wanted(options_)) return {};
  return [this](Trace& trace) {
    if (options_.trace) {
      trace.show([](std::string_view line) {
        std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
      });
    }
    if (options_.chart) {
      trace.watch([this, &trace](const TraceRecord& record) { chart_.add(record, trace); });
    }
    if (!options_.pcap.empty()) {
      trace.watch([this](const TraceRecord& record) { pcap_.add(record); });
    }
  };
}

bool Views::finish() {
  if (options_.chart) std::fputs(chart_.text().c_str(), stdout);
  if (options_.pcap.empty()) return true;
  std::ofstream out(options_.pcap, std::ios::binary);
  const std::string_view octets = as_text(pcap_.file());
  out.write(octets.data(), static_cast<std::streamsize>(octets.size())).flush();
  if (!out) std::fprintf(stderr, "--pcap: %s cannot be written\n", options_.pcap.c_str());
  return static_cast<bool>(out);
}

}  // namespace fullcone::sim
