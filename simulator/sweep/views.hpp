// What is shown of one run, as asked for: lines, a sequence chart, packets in a file.
#pragma once

#include <optional>
#include <string>

#include "simulator/scenario.hpp"
#include "simulator/sweep/options.hpp"
#include "simulator/view/chart.hpp"
#include "simulator/view/pcap.hpp"

namespace fullcone::sim {

class Views {
 public:
  explicit Views(const Options& options);

  static bool wanted(const Options& options) {
    return options.trace || options.chart || !options.pcap.empty();
  }
  // For run(); empty when nothing is wanted. The views outlive the run.
  Onlooker onlooker();
  // Prints the chart and writes the file; false: it could not be, and stderr says so.
  bool finish();

 private:
  const Options& options_;
  Chart chart_;
  Pcap pcap_;
};

}  // namespace fullcone::sim
