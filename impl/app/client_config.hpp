// The client's configuration: what `fullcone client` needs beyond what net takes, and its schema.
#pragma once

#include <filesystem>
#include <string>

#include "app/schema.hpp"
#include "net/client_runner.hpp"

namespace fullcone {

struct ClientConfig {
  ClientConfig() { options.listen = {Endpoint{IpAddress::v4(127, 0, 0, 1), 1080}}; }

  ClientOptions options;
  std::string log_level = "info";
};

namespace config {

// Bound to `into`, which outlives it and holds the defaults. Relative paths start at `directory`.
Schema client_schema(ClientConfig& into, const std::filesystem::path& directory);

}  // namespace config
}  // namespace fullcone
