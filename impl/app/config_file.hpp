// Reads a configuration file. Everything wrong with it is reported at once, a line for each fault:
//
//   server.toml:12:14: limits.session.mapping_idle: found "90s"; allowed: a duration from 2m to 24h
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

#include "app/client_config.hpp"
#include "app/server_config.hpp"

namespace fullcone {

// what() is the whole report, lines joined by '\n', without one at the end.
struct ConfigError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Each throws ConfigError. Relative paths in the file start at the file's own folder.
ServerConfig load_server_config(const std::filesystem::path& file);
ClientConfig load_client_config(const std::filesystem::path& file);

// Loads the file as what its `role` says; returns the role.
std::string check_config(const std::filesystem::path& file);

}  // namespace fullcone
