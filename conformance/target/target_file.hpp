// A subject in a file: which programs it takes, how they are configured and known to be ready, and
// the command line by which the suite then judges them. Format: targets/README.md.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/text_file.hpp"

namespace fullcone::conformance {

struct TargetFile {
  struct File {
    std::string path;  // in the target's folder
    std::string text;
  };
  struct Program {
    std::string command;  // a shell's, run in the target's folder
    std::string ready;    // IP:PORT that it then accepts TCP on; empty: it is not waited for
  };

  std::string name;
  std::vector<std::string> needs;  // programs that have to be installed
  std::vector<File> files;
  std::vector<Program> programs;       // started in this order
  std::vector<std::string> arguments;  // the suite's, from the subcommand on
};

using TargetError = FileError;

// Throws TargetError.
TargetFile read_target(const std::filesystem::path& file);
// `name` is what errors call the text.
TargetFile parse_target(std::string_view text, const std::string& name);

}  // namespace fullcone::conformance
