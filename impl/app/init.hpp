// `fullcone init`: everything a first run needs, made for one host: a certificate with its key, a
// user, and the configuration of a server and of a client that know each other.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace fullcone {

struct InitOptions {
  std::string host;  // under which clients reach the server: a DNS name or an IP address
  std::uint16_t port = 443;
  std::filesystem::path directory = ".";  // made when it is not there
  bool force = false;                     // replaces what is there
};

// The options cannot be met: a bad host, or files that are there already.
struct InitError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Writes certificate.pem, key.pem, server.toml and client.toml; all but the first are secrets,
// readable by their owner only (mode 0600). Returns what to tell the user: the next two commands.
// Throws InitError before anything is written, and std::runtime_error when the system refuses.
std::string init(const InitOptions& options);

}  // namespace fullcone
