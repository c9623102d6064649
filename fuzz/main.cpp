// Replays a corpus through one fuzz target without libFuzzer, so that any compiler's build tests
// it: each file as it is, then mutations of them, the same ones in every run.
//
//   x_replay CORPUS_FOLDER MUTATIONS
//
// A failure ends the process; the input that led to it is printed in hex.
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/bytes.hpp"
#include "base/random.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// There in a sanitized build only, which ends the process without a signal.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming): the sanitizers' name
extern "C" [[gnu::weak]] void __sanitizer_set_death_callback(void (*callback)());

namespace fullcone {
namespace {

constexpr std::size_t kMaxInput = 9216;
constexpr std::uint64_t kSeed = 1;

const Bytes* running = nullptr;

void print_input() {
  if (running == nullptr) return;
  std::fputs("input: ", stderr);
  for (const auto octet : *running) std::fprintf(stderr, "%02x", octet);
  std::fputs("\n", stderr);
  running = nullptr;
}

void run(const Bytes& input) {
  running = &input;
  LLVMFuzzerTestOneInput(input.data(), input.size());
  running = nullptr;
}

std::vector<Bytes> read_corpus(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    paths.push_back(entry.path());
  }
  std::ranges::sort(paths);  // the order of a folder is not the same everywhere
  std::vector<Bytes> inputs;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

class Mutator {
 public:
  explicit Mutator(const std::vector<Bytes>& corpus) : corpus_(corpus) {}

  Bytes next() {
    Bytes input = pick();
    for (auto rounds = random_.between(1, 4); rounds > 0; --rounds) mutate(input);
    if (input.size() > kMaxInput) input.resize(kMaxInput);
    return input;
  }

 private:
  const Bytes& pick() { return corpus_[random_.below(corpus_.size())]; }
  std::uint8_t octet() { return static_cast<std::uint8_t>(random_.below(256)); }
  auto place(Bytes& input) {
    return input.begin() + static_cast<std::ptrdiff_t>(random_.below(input.size() + 1));
  }

  void mutate(Bytes& input) {
    const auto at = place(input);
    const bool inside = at != input.end();
    switch (random_.below(7)) {
      case 0:
        if (inside) *at ^= static_cast<std::uint8_t>(1u << random_.below(8));
        break;
      case 1:
        if (inside) *at = octet();
        break;
      case 2:
        if (inside) *at = random_.chance(0.5) ? 0x00 : 0xff;
        break;
      case 3:
        input.insert(at, random_.between(1, 8), octet());
        break;
      case 4:
        input.erase(at, input.end());
        break;
      case 5:
        input.erase(at, at + (input.end() - at) / 2);
        break;
      default:
        const Bytes& other = pick();
        input.insert(at, other.begin(), other.end());
    }
  }

  const std::vector<Bytes>& corpus_;
  Random random_{kSeed};
};

int replay(const std::filesystem::path& folder, std::size_t mutations) {
  const auto corpus = read_corpus(folder);
  if (corpus.empty()) {
    std::fprintf(stderr, "no corpus in %s\n", folder.c_str());
    return 1;
  }
  for (const auto& input : corpus) run(input);
  Mutator mutator(corpus);
  for (std::size_t i = 0; i < mutations; ++i) run(mutator.next());
  std::printf("%zu files and %zu mutations of them passed\n", corpus.size(), mutations);
  return 0;
}

}  // namespace
}  // namespace fullcone

int main(int argc, char** argv) {
  const std::string_view count = argc == 3 ? argv[2] : "";
  std::size_t mutations = 0;
  if (std::from_chars(count.data(), count.data() + count.size(), mutations).ec != std::errc{}) {
    std::fputs("usage: x_replay CORPUS_FOLDER MUTATIONS\n", stderr);
    return 2;
  }
  std::signal(SIGABRT, [](int) { fullcone::print_input(); });
  if (__sanitizer_set_death_callback != nullptr) {
    __sanitizer_set_death_callback(fullcone::print_input);
  }
  return fullcone::replay(argv[1], mutations);
}
