#include "conformance/capture/capture_folder.hpp"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

#include "conformance/capture/capture_file.hpp"
#include "conformance/text_file.hpp"

namespace fullcone::conformance {
namespace {

constexpr std::size_t kMostLetters = 40;

std::filesystem::path made(std::filesystem::path folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw FileError(folder.string() + ": " + failure.message());
  return folder;
}

class CaseCapture : public Wiretap {
 public:
  CaseCapture(CaptureFolder& owner, std::filesystem::path folder, std::string_view id)
      : owner_(owner), folder_(std::move(folder)), id_(id) {}
  ~CaseCapture() override {
    decrypted_.write(folder_ / (id_ + ".decrypted.pcap"));
    captured_.write(folder_ / (id_ + ".captured.pcap"));
  }

  void decrypted(const Passed& passed) override { decrypted_.add(passed); }
  void captured(const Passed& passed) override { captured_.add(passed); }
  void key(std::string_view line) override { owner_.add_key(folder_ / "tls_keys.log", line); }

 private:
  CaptureFolder& owner_;
  std::filesystem::path folder_;
  std::string id_;
  CaptureFile decrypted_;
  CaptureFile captured_;
};

}  // namespace

CaptureFolder::CaptureFolder(std::filesystem::path folder) : folder_(made(std::move(folder))) {}

std::unique_ptr<Wiretap> CaptureFolder::capture(const std::string& subject, const Case& judged) {
  return std::make_unique<CaseCapture>(*this, made(folder_ / folder_name(subject)), judged.id);
}

void CaptureFolder::add_key(const std::filesystem::path& file, std::string_view line) {
  const std::lock_guard lock(mutex_);
  std::ofstream(file, std::ios::app) << line << '\n';
}

std::string folder_name(std::string_view subject) {
  std::string name;
  for (const char c : subject.substr(0, kMostLetters)) {
    const bool stays = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '.' || c == '-';
    if (stays || !name.ends_with('-')) name += stays ? c : '-';
  }
  while (name.ends_with('-') || name.ends_with('.')) name.pop_back();
  return name.empty() ? "subject" : name;
}

}  // namespace fullcone::conformance
