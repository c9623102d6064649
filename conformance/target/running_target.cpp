#include "conformance/target/running_target.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string_view>
#include <thread>

#include "base/uuid.hpp"
#include "conformance/live/certificate.hpp"
#include "conformance/live/sockets.hpp"
#include "conformance/verdict.hpp"

namespace fullcone::conformance {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr Duration kStartLimit = 15s;
constexpr Duration kLookAgain = 10ms;
const IpAddress kLoopback = IpAddress::v4(127, 0, 0, 1);

bool is_installed(const std::string& program) {
  const char* const path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    if (::access((std::string(rest.substr(0, colon)) + '/' + program).c_str(), X_OK) == 0)
      return true;
    rest = colon == rest.npos ? "" : rest.substr(colon + 1);
  }
  return false;
}

// One that nobody has now, over TCP and over UDP.
std::string free_port() {
  for (;;) {
    const std::uint16_t port = local_endpoint(bind_tcp({kLoopback, 0})).port;
    if (!udp_port_is_held({kLoopback, port})) return std::to_string(port);
  }
}

std::string random_uuid() {
  std::random_device device;
  Uuid id;
  for (auto& octet : id.octets) octet = static_cast<std::uint8_t>(device());
  return id.to_string();
}

std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }

}  // namespace

RunningTarget::RunningTarget(const TargetFile& target, const fs::path& here) : target_(target) {
  for (const std::string& program : target.needs) {
    if (!is_installed(program)) {
      throw SubjectGone{target.name + ": " + program + " is not installed"};
    }
  }
  define_words(here);
  write_files();
  for (const auto& program : target.programs) start(program);
}

// Last first: a server outlives its client.
RunningTarget::~RunningTarget() {
  while (!programs_.empty()) programs_.pop_back();
}

std::vector<pid_t> RunningTarget::process_groups() const {
  std::vector<pid_t> groups;
  for (const ChildProcess& program : programs_) groups.push_back(program.group());
  return groups;
}

std::vector<std::string> RunningTarget::arguments() {
  std::vector<std::string> filled;
  for (const auto& each : target_.arguments) filled.push_back(words_.fill(each));
  return filled;
}

void RunningTarget::define_words(const fs::path& here) {
  const Certificate certificate = make_certificate();
  write_pem(*certificate.authority, folder_ / "ca.pem");
  write_pem(*certificate.leaf, folder_ / "certificate.pem");
  write_pem(*certificate.leaf_key, folder_ / "key.pem");
  words_.set("here", fs::absolute(here).string());
  words_.set("folder", folder_.path().string());
  words_.set("ca", (folder_ / "ca.pem").string());
  words_.set("certificate", (folder_ / "certificate.pem").string());
  words_.set("key", (folder_ / "key.pem").string());
  words_.make("port", free_port);
  words_.make("uuid", random_uuid);
}

void RunningTarget::write_files() {
  for (const auto& file : target_.files) {
    std::ofstream out(folder_ / file.path, std::ios::binary);
    out << words_.fill(file.text);
    if (!out.flush()) throw TargetError(target_.name + ": cannot write " + file.path);
  }
}

void RunningTarget::start(const TargetFile::Program& program) {
  const fs::path log = folder_ / (std::to_string(programs_.size() + 1) + ".log");
  const std::string command = words_.fill(program.command);
  auto& started = programs_.emplace_back("cd " + quoted(folder_.path()) + " && " + command, log);
  if (program.ready.empty()) return;
  const auto ready = Endpoint::parse(words_.fill(program.ready));
  if (!ready) throw TargetError(target_.name + ": \"ready\" wants IP:PORT, not " + program.ready);
  const auto deadline = std::chrono::steady_clock::now() + kStartLimit;
  std::string why;
  while (!answers(*ready, kLookAgain)) {
    if (!started.lives(why)) {
      throw SubjectGone{target_.name + ": " + command + ": " + why + '\n' + tail_of(log)};
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      throw SubjectGone{target_.name + ": nothing accepts at " + ready->to_string() + " after " +
                        command + '\n' + tail_of(log)};
    }
    std::this_thread::sleep_for(kLookAgain);
  }
}

}  // namespace fullcone::conformance
