#include "app/config_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <string_view>

namespace fullcone {
namespace {

using config::Fault;
using config::Faults;
using config::Position;
using config::Schema;

[[noreturn]] void fail(const std::filesystem::path& file, Faults faults) {
  std::ranges::stable_sort(faults, {}, &Fault::at);
  std::string report;
  for (const auto& [at, key, what] : faults) {
    report += fmt::format("{}{}:{}:{}: {}{}{}", report.empty() ? "" : "\n", file.string(), at.line,
                          at.column, key, key.empty() ? "" : ": ", what);
  }
  throw ConfigError(report);
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file)) {
    throw ConfigError(fmt::format("{}: cannot be read: {}", file.string(),
                                  std::strerror(stream ? EISDIR : errno)));
  }
  return {std::istreambuf_iterator<char>(stream), {}};
}

// The text of a line, counted from 1, without the blanks around it.
std::string line_of(std::string_view text, std::size_t number) {
  for (; number > 1 && text.find('\n') != text.npos; --number) {
    text.remove_prefix(text.find('\n') + 1);
  }
  text = text.substr(0, text.find_first_of("\r\n"));
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

config::Table read_toml(const std::filesystem::path& file) {
  const std::string text = read_text(file);
  try {
    return config::parse_toml(text);
  } catch (const config::SyntaxError& error) {
    const config::Node found{line_of(text, error.at.line), error.at};
    fail(file, {config::not_allowed(found, "", fmt::format("TOML 1.0 ({})", error.what()))});
  }
}

// The file's role; `allowed` are the words of an error message.
std::string role_of(const std::filesystem::path& file, const config::Table& table,
                    const std::vector<std::string_view>& roles) {
  std::string allowed;
  for (const auto role : roles)
    allowed += (allowed.empty() ? "" : " or ") + config::toml_string(role);
  const auto* member = table.find("role");
  if (member == nullptr) fail(file, {{{}, "role", "found nothing; allowed: " + allowed}});
  const auto* role = member->node.as<std::string>();
  if (role == nullptr || std::ranges::find(roles, *role) == roles.end()) {
    fail(file, {config::not_allowed(member->node, "role", allowed)});
  }
  return *role;
}

template <class Config>
Config load(const std::filesystem::path& file, std::string_view role,
            Schema (*schema_of)(Config&, const std::filesystem::path&)) {
  const auto table = read_toml(file);
  role_of(file, table, {role});
  Config config;
  Faults faults;
  read_table(schema_of(config, file.parent_path()), table, {}, "", faults);
  if (!faults.empty()) fail(file, std::move(faults));
  return config;
}

}  // namespace

ServerConfig load_server_config(const std::filesystem::path& file) {
  return load<ServerConfig>(file, "server", config::server_schema);
}

ClientConfig load_client_config(const std::filesystem::path& file) {
  return load<ClientConfig>(file, "client", config::client_schema);
}

std::string check_config(const std::filesystem::path& file) {
  auto role = role_of(file, read_toml(file), {"server", "client"});
  if (role == "server") {
    load_server_config(file);
  } else {
    load_client_config(file);
  }
  return role;
}

}  // namespace fullcone
