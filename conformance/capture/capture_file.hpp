// One capture file: what a wiretap is told, written by the simulator's pcap writer.
#pragma once

#include <filesystem>

#include "conformance/bed/wiretap.hpp"
#include "simulator/view/pcap.hpp"

namespace fullcone::conformance {

class CaptureFile {
 public:
  void add(const Passed& passed);
  const Bytes& octets() const { return pcap_.file(); }
  std::uint64_t packets() const { return pcap_.packets(); }
  // None where nothing passed. What cannot be written is lost: the verdict is not.
  void write(const std::filesystem::path& file) const;

 private:
  sim::Pcap pcap_;
};

}  // namespace fullcone::conformance
