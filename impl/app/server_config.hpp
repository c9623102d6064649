// The server's configuration: what `fullcone server` needs beyond what net takes, and its schema.
#pragma once

#include <filesystem>
#include <string>

#include "app/schema.hpp"
#include "net/server_runner.hpp"

namespace fullcone {

struct ServerConfig {
  ServerConfig() { options.listen = {Endpoint{IpAddress::v4(0, 0, 0, 0), 443}}; }

  ServerOptions options;
  std::string log_level = "info";
};

namespace config {

// Bound to `into`, which outlives it and holds the defaults. Relative paths start at `directory`.
Schema server_schema(ServerConfig& into, const std::filesystem::path& directory);

}  // namespace config
}  // namespace fullcone
