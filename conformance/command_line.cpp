#include "conformance/command_line.hpp"

#include <CLI/CLI.hpp>
#include <map>
#include <random>

namespace fullcone::conformance {
namespace {

constexpr int kUsage = 2;

// What CLI11 fills in, before it is made sense of.
struct Raw {
  std::string side = "all", nat, expected;
  std::string address, uuid, second_uuid, credentials;
  std::vector<std::string> peer_addresses;
  double timeout_s = 3;
  std::optional<double> patience_s, case_timeout_s, total_timeout_s;
  double header_timeout_s = 10, grace_s = 30, mapping_idle_s = 300, inbound_only_s = 3600;
  std::uint64_t seed = 0;
  bool rules = false, quiet = false, verbose = false, hairpin = false;
};

Duration seconds(double value) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(value));
}

void add_selection(CLI::App& command, CommandLine& line) {
  command.add_option("--case", line.run.selection.only, "cases to run: GLOB or a rule's id");
  command.add_option("--skip", line.run.selection.skip, "cases not to run: GLOB or a rule's id");
  command.add_option(
      "--profile", line.run.profiles,
      "vless-v1, v0, cone-e, mux, rfc4787, socks5, full-cone, seed-cone (default: what "
      "any has to meet)");
}

void add_report_options(CLI::App& command, CommandLine& line, Raw& raw) {
  command.add_option("--junit", line.files.junit, "JUnit XML report, kept as cases end");
  command.add_option("--jsonl", line.files.json_lines, "the same as JSON lines");
  command.add_option("--tap", line.files.tap, "the same as TAP version 14");
  command.add_option("--markdown", line.files.markdown, "the same for a CI job's summary");
  command.add_option("--html", line.files.html, "the same as a page, with charts of failures");
  command.add_option("--badge", line.files.badge, "the verdict as an SVG badge");
  auto* const quiet = command.add_flag("--quiet,-q", raw.quiet, "tells of failures alone");
  command.add_flag("--verbose,-v", raw.verbose, "tells all that passed")->excludes(quiet);
}

void add_run_options(CLI::App& command, CommandLine& line, Raw& raw, bool live) {
  add_selection(command, line);
  add_report_options(command, line, raw);
  command.add_option("--expected-failures", line.expected_failures_file,
                     "TOML file of failures that are known");
  command.add_option("--pcap", line.capture_folder,
                     "folder for what passes in each case, decrypted and as captured");
  command.add_option("--seed", raw.seed, "of ids, payloads and the simulated world");
  command.add_option("--jobs", line.run.jobs, "cases at the same time, where that is sound")
      ->check(CLI::Range(1, 64));
  command.add_option("--case-timeout", raw.case_timeout_s, "seconds for one case");
  command.add_option("--total-timeout", raw.total_timeout_s, "seconds for the whole run");
  command.add_flag("--strict", line.strict, "a SHOULD that fails counts");
  command.add_flag("--dry-run", line.dry_run, "tells which cases would run");
  if (!live) return;
  command.add_option("--timeout", raw.timeout_s, "seconds to wait for what must come")
      ->capture_default_str();
  command.add_option("--patience", raw.patience_s,
                     "longest wait on purpose, in seconds (default: 15; socks5 and nat: 5)");
}

void add_server_options(CLI::App& command, CommandLine& line, Raw& raw) {
  command.add_option("--address", raw.address, "H:P of the server, an IP address")->required();
  command.add_option("--uuid", raw.uuid, "a user of its")->required();
  command.add_option("--uuid2", raw.second_uuid, "another user of its");
  command.add_option("--ca", line.ca_file, "PEM file that its certificate leads to")
      ->required()
      ->check(CLI::ExistingFile);
  command.add_option("--server-name", line.server_name, "SNI, and the name to verify");
  command.add_option("--header-timeout", raw.header_timeout_s, "seconds, as it is configured")
      ->capture_default_str();
  command.add_option("--heard-peers", line.facts.heard_peers, "bound, as it is configured");
  command.add_option("--mux-streams", line.facts.mux_streams, "bound, as it is configured")
      ->capture_default_str();
  command.add_option("--grace", raw.grace_s, "seconds, as it is configured")->capture_default_str();
  command.add_option("--mapping-idle", raw.mapping_idle_s, "seconds, as it is configured")
      ->capture_default_str();
  command.add_option("--inbound-only", raw.inbound_only_s, "seconds, as it is configured")
      ->capture_default_str();
}

void add_expectation(CLI::App& command, Raw& raw) {
  command.add_option("--expect", raw.expected,
                     "a behaviour to assert: mapping=EIM,filtering=EIF,hairpin=yes,lifetime>=120s");
}

void add_peer_options(CLI::App& command, Raw& raw) {
  command.add_option("--peer-address", raw.peer_addresses, "where the suite's peers are: A,B,…")
      ->delimiter(',');
}

// Of whatever stands between an inside and an outside.
void add_nat_options(CLI::App& command, CommandLine& line, Raw& raw) {
  add_expectation(command, raw);
  command.add_option("--mappings", line.facts.mappings, "bound, as it is configured");
}

void add_proxy_options(CLI::App& command, Raw& raw) {
  command.add_option("--proxy", raw.address, "H:P of its SOCKS5 port, an IP address")->required();
  command.add_option("--user", raw.credentials, "USER:PASSWORD that it asks for");
}

void add_netns_options(CLI::App& command, CommandLine& line, Raw& raw) {
  command.add_option("--client-netns", line.client_netns, "network namespace behind the NAT")
      ->required();
  command.add_option("--peer-netns", line.peer_netns, "network namespace of the peers")->required();
  command.add_flag("--hairpin", raw.hairpin, "probe hairpinning, too");
}

void add_client_options(CLI::App& command, CommandLine& line, Raw& raw) {
  command
      .add_option("--launch", line.launch,
                  "its command line; {server} {uuid} {ca} {socks} are filled in")
      ->required();
  command
      .add_option("--mode", line.facts.mode,
                  "how it is configured: isolated channels, all by mux, or auto, which begins with "
                  "the one and goes on with the other")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, ClientMode>{{"isolated", ClientMode::isolated},
                                            {"mux", ClientMode::mux},
                                            {"auto", ClientMode::automatic}}));
  command.add_option("--mux-after", line.facts.mux_after, "channels, as auto is configured")
      ->capture_default_str();
  command.add_option("--socks-user", raw.credentials, "USER:PASSWORD that its local port asks for");
}

Uuid random_uuid() {
  std::random_device device;
  Uuid id;
  for (auto& octet : id.octets) octet = static_cast<std::uint8_t>(device());
  return id;
}

Uuid parse_uuid(const std::string& text) {
  const auto id = Uuid::parse(text);
  if (!id) throw CLI::ValidationError("not a UUID", text);
  return *id;
}

NatBehaviour parse_nat(const std::string& text) {
  try {
    return parse_behaviour(text);
  } catch (const std::invalid_argument& error) {
    throw CLI::ValidationError(text, error.what());
  }
}

void make_sense_of_nat(CommandLine& line, const Raw& raw) {
  line.nat = parse_nat(raw.nat);
  line.facts.expected = parse_nat(raw.expected);
  if (!raw.expected.empty()) line.run.profiles.emplace_back("expected");
  for (const auto& text : raw.peer_addresses) {
    const auto address = IpAddress::parse(text);
    if (!address) throw CLI::ValidationError("not an IP address", text);
    line.peer_addresses.push_back(*address);
  }
}

void make_sense(CommandLine& line, const Raw& raw) {
  SubjectFacts& facts = line.facts;
  facts.user = raw.uuid.empty() ? random_uuid() : parse_uuid(raw.uuid);
  if (!raw.second_uuid.empty()) facts.second_user = parse_uuid(raw.second_uuid);
  facts.speaks_v1 = line.run.profiles != std::vector<std::string>{"v0"};
  facts.header_timeout = seconds(raw.header_timeout_s);
  facts.grace = seconds(raw.grace_s);
  facts.mapping_idle = seconds(raw.mapping_idle_s);
  facts.mapping_inbound_only = seconds(raw.inbound_only_s);
  if (const auto colon = raw.credentials.find(':'); colon != std::string::npos) {
    facts.credentials =
        socks5::Credentials{raw.credentials.substr(0, colon), raw.credentials.substr(colon + 1)};
  } else if (!raw.credentials.empty()) {
    throw CLI::ValidationError("not USER:PASSWORD", raw.credentials);
  }
  using Action = CommandLine::Action;
  if (line.action == Action::judge_server || line.action == Action::judge_proxy) {
    const auto address = Endpoint::parse(raw.address);
    if (!address) throw CLI::ValidationError("not IP:PORT", raw.address);
    line.address = *address;
  }
  const auto is_wanted = [&](std::string_view side) {
    return raw.side == "all" || raw.side == side;
  };
  line.with_server = is_wanted("server");
  line.with_client = is_wanted("client");
  line.with_nat = is_wanted("nat");
  line.with_proxy = is_wanted("proxy");
  make_sense_of_nat(line, raw);
  line.verbosity = raw.quiet     ? Verbosity::quiet
                   : raw.verbose ? Verbosity::verbose
                                 : Verbosity::normal;
  if (raw.total_timeout_s) line.total_timeout = seconds(*raw.total_timeout_s);
  if (raw.case_timeout_s) line.run.pace.case_limit = seconds(*raw.case_timeout_s);
  line.run.pace.answer_limit = seconds(raw.timeout_s);
  // A NAT's cases would wait as long as that for nothing but a lifetime.
  const bool is_nat = line.action == Action::judge_proxy || line.action == Action::judge_nat;
  line.run.pace.patience = seconds(raw.patience_s.value_or(is_nat ? 5 : 15));
  const bool simulated = line.action == CommandLine::Action::simulate;
  line.run.seed = raw.seed != 0 || simulated ? raw.seed : std::random_device{}();
}

}  // namespace

bool CommandLine::is_live() const {
  return action == Action::judge_server || action == Action::judge_client ||
         action == Action::judge_proxy || action == Action::judge_nat;
}

std::optional<CommandLine> parse_command_line(int argc, const char* const* argv, int& exit_code) {
  CommandLine line;
  Raw raw;
  CLI::App app("Judges software that relays UDP by the rules of VLESS v1 (SPEC.md).");
  app.require_subcommand(1);
  auto* const sim = app.add_subcommand("sim", "our own core, in virtual time");
  sim->add_option("--side", raw.side)
      ->check(CLI::IsMember({"server", "client", "nat", "proxy", "all"}));
  sim->add_option("--nat", raw.nat, "how the simulated NAT behaves: mapping=APDM,filtering=ADF,…");
  add_expectation(*sim, raw);
  auto* const server = app.add_subcommand("server", "a server, spoken to on the wire");
  add_server_options(*server, line, raw);
  auto* const client = app.add_subcommand("client", "a client, started and served by the suite");
  add_client_options(*client, line, raw);
  auto* const socks5 = app.add_subcommand("socks5", "a proxy, seen only through UDP ASSOCIATE");
  add_proxy_options(*socks5, raw);
  auto* const nat = app.add_subcommand("nat", "a NAT between two network namespaces");
  add_netns_options(*nat, line, raw);
  for (auto* const command : {server, socks5, nat}) add_peer_options(*command, raw);
  for (auto* const command : {socks5, nat}) add_nat_options(*command, line, raw);
  auto* const target = app.add_subcommand(
      "target", "a subject in a file: started, judged and ended; more options may follow");
  target->add_option("file", line.target_file, "FILE.toml")->required();
  auto* const parity = app.add_subcommand(
      "parity", "the verdicts of a live subject against the simulated one's: parity server …");
  for (auto* const command : {target, parity}) command->prefix_command();
  auto* const list = app.add_subcommand("list", "the cases there are");
  list->add_flag("--rules", raw.rules, "rule by rule; fails where a MUST has no case");
  add_selection(*list, line);
  for (auto* const command : {sim, server, client, socks5, nat}) {
    add_run_options(*command, line, raw, command != sim);
  }
  using Action = CommandLine::Action;
  const std::map<CLI::App*, Action> actions{
      {sim, Action::simulate},       {server, Action::judge_server}, {client, Action::judge_client},
      {socks5, Action::judge_proxy}, {nat, Action::judge_nat},       {target, Action::judge_target},
      {list, Action::list_cases},    {parity, Action::compare}};
  try {
    app.parse(argc, argv);
    const Action chosen = actions.at(app.get_subcommands().front());
    line.facts.may_be_hairpinned = chosen != Action::judge_nat || raw.hairpin;
    line.action = raw.rules ? Action::list_rules : chosen;
    line.rest = chosen == Action::compare ? parity->remaining() : target->remaining();
    make_sense(line, raw);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : kUsage;
    return std::nullopt;
  }
  return line;
}

}  // namespace fullcone::conformance
