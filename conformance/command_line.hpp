// What the suite was asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/bed/bed.hpp"
#include "conformance/reports/make_reports.hpp"
#include "conformance/run.hpp"

namespace fullcone::conformance {

struct CommandLine {
  enum class Action {
    simulate,
    judge_server,
    judge_client,
    judge_proxy,
    judge_nat,
    judge_target,
    compare,
    list_cases,
    list_rules,
  };
  Action action = Action::simulate;

  // sim
  bool with_server = true;
  bool with_client = true;
  bool with_nat = true;
  bool with_proxy = true;
  NatBehaviour nat;  // of the simulated one
  // server; socks5: the proxy's
  Endpoint address;
  std::string ca_file;
  std::string server_name;
  // client
  std::string launch;
  // server, socks5, nat
  std::vector<IpAddress> peer_addresses;
  // nat
  std::string client_netns;
  std::string peer_netns;
  // target
  std::string target_file;
  // target, parity: what follows, another command line or the end of one
  std::vector<std::string> rest;
  bool parity =
      false;  // the subject is compared with the simulated one; set by whoever runs `rest`

  SubjectFacts facts;
  RunOptions run;
  ReportFiles files;
  Verbosity verbosity = Verbosity::normal;
  std::string expected_failures_file;
  std::string capture_folder;  // empty: nothing is captured
  std::optional<Duration> total_timeout;
  bool strict = false;
  bool dry_run = false;

  bool is_live() const;
};

// nullopt: nothing is left to do, and the program ends with `exit_code`.
std::optional<CommandLine> parse_command_line(int argc, const char* const* argv, int& exit_code);

}  // namespace fullcone::conformance
