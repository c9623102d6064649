// fullcone-target FILE.toml: keeps a target running until its standard input ends, for whoever
// wants more of it than a verdict. Once it is ready, one line of JSON: its name, the suite's
// arguments, and the process groups of its programs. Exit codes: 0, 2 usage, 3 it does not run.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>

#include "conformance/target/running_target.hpp"
#include "conformance/verdict.hpp"

namespace {

using namespace fullcone::conformance;

constexpr int kUsage = 2;
constexpr int kSubjectGone = 3;

std::string quoted(const std::string& text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    json += c;
  }
  return json + '"';
}

template <class Values, class Print>
std::string array(const Values& values, Print&& print) {
  std::string json;
  for (const auto& each : values) json += (json.empty() ? "" : ",") + print(each);
  return '[' + json + ']';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: fullcone-target FILE.toml\n";
    return kUsage;
  }
  try {
    const TargetFile target = read_target(argv[1]);
    RunningTarget running(target, std::filesystem::absolute(argv[1]).parent_path());
    std::cout << "{\"name\":" << quoted(target.name)
              << ",\"arguments\":" << array(running.arguments(), quoted) << ",\"groups\":"
              << array(running.process_groups(), [](pid_t group) { return std::to_string(group); })
              << '}' << std::endl;
    while (std::getchar() != EOF) {
    }
    return 0;
  } catch (const SubjectGone& gone) {
    std::cerr << gone.reason << '\n';
    return kSubjectGone;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return kUsage;
  }
}
