// What passed in a run, as files for Wireshark: `--pcap DIR`. For each subject a folder of its own,
// for each case CASE.decrypted.pcap, and CASE.captured.pcap where something went over a real
// network; beside them tls_keys.log, with which Wireshark reads the latter.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "conformance/bed/wiretap.hpp"
#include "conformance/case.hpp"

namespace fullcone::conformance {

// Outlives the wiretaps that it makes; they may be in several threads.
class CaptureFolder {
 public:
  // Makes the folder. Throws FileError.
  explicit CaptureFolder(std::filesystem::path folder);

  // Of one case; its files are written when it is destroyed, the keys at once.
  std::unique_ptr<Wiretap> capture(const std::string& subject, const Case& judged);
  void add_key(const std::filesystem::path& file, std::string_view line);

 private:
  std::filesystem::path folder_;
  std::mutex mutex_;
};

// The subject in letters, digits, dots and dashes, forty at most.
std::string folder_name(std::string_view subject);

}  // namespace fullcone::conformance
