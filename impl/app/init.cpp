#include "app/init.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "app/certificate.hpp"
#include "app/config_tree.hpp"
#include "app/host_port.hpp"
#include "base/endpoint.hpp"
#include "base/uuid.hpp"
#include "net/unique_fd.hpp"

namespace fullcone {
namespace {

using config::toml_string;

constexpr std::string_view kServerToml =
    R"(# Made by `fullcone init`. Every setting: `fullcone sample server`.
role = "server"
listen = {listen}

[tls]
certificate = "certificate.pem"
key = "key.pem"

[[users]]
name = "first"
uuid = "{uuid}"

# Users reach the public Internet. To let them reach this machine and its networks, too:
# [egress]
# policy = "unrestricted"
)";

constexpr std::string_view kClientToml =
    R"(# Made by `fullcone init`. Every setting: `fullcone sample client`.
role = "client"
listen = "127.0.0.1:1080"

[server]
address = {address}
uuid = "{uuid}"

[tls]
pin = "{pin}"  # the server's public key; its certificate needs no authority
)";

constexpr std::string_view kNextSteps = R"(Wrote {files}.

On the server:
    fullcone server -c {server}

On your own machine, with client.toml copied to it (it holds a secret):
    fullcone client -c {client}

Apps then find SOCKS5 and HTTP CONNECT on 127.0.0.1:1080.
)";

struct File {
  std::string_view name;
  std::string text;
  mode_t mode;
};

[[noreturn]] void fail(std::string_view what, const std::filesystem::path& path) {
  throw std::runtime_error(
      fmt::format("cannot {} {}: {}", what, path.string(), std::generic_category().message(errno)));
}

Uuid random_uuid() {
  Uuid uuid;
  if (RAND_bytes(uuid.octets.data(), int{sizeof uuid.octets}) != 1) {
    throw std::runtime_error("the system has no randomness to give");
  }
  uuid.octets[6] = static_cast<std::uint8_t>((uuid.octets[6] & 0x0f) | 0x40);  // version 4
  uuid.octets[8] = static_cast<std::uint8_t>((uuid.octets[8] & 0x3f) | 0x80);  // RFC 9562's variant
  return uuid;
}

// host:port as a configuration writes it.
std::string authority(const InitOptions& options) {
  const auto ip = IpAddress::parse(options.host);
  if (ip) return Endpoint{*ip, options.port}.to_string();
  return fmt::format("{}:{}", options.host, options.port);
}

std::filesystem::path path_of(const InitOptions& options, std::string_view name) {
  return (options.directory / name).lexically_normal();
}

std::array<File, 4> make_files(const InitOptions& options) {
  const auto identity = make_self_signed(options.host);
  const auto uuid = random_uuid().to_string();
  const Endpoint listen{IpAddress(), options.port};
  return {{
      {"certificate.pem", identity.certificate, 0644},
      {"key.pem", identity.private_key, 0600},
      {"server.toml",
       fmt::format(kServerToml, fmt::arg("listen", toml_string(listen.to_string())),
                   fmt::arg("uuid", uuid)),
       0600},
      {"client.toml",
       fmt::format(kClientToml, fmt::arg("address", toml_string(authority(options))),
                   fmt::arg("uuid", uuid), fmt::arg("pin", print_pin(identity.pin))),
       0600},
  }};
}

void refuse_to_replace(const InitOptions& options, const std::array<File, 4>& files) {
  std::string there;
  for (const auto& file : files) {
    const auto path = path_of(options, file.name);
    if (!std::filesystem::exists(std::filesystem::symlink_status(path))) continue;
    there += (there.empty() ? "" : ", ") + path.string();
  }
  if (!there.empty()) {
    throw InitError(fmt::format("{}: already there; --force replaces what is there", there));
  }
}

// What is there is removed first: whoever has it open keeps the old one, and its mode is not ours.
void write_new(const std::filesystem::path& path, const File& file) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail("replace", path);
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file.mode));
  if (!fd) fail("create", path);
  std::string_view rest = file.text;
  while (!rest.empty()) {
    const auto written = ::write(fd.get(), rest.data(), rest.size());
    if (written < 0) fail("write", path);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string init(const InitOptions& options) {
  if (!IpAddress::parse(options.host) && !is_host_name(options.host)) {
    throw InitError(fmt::format("--host: found {}; allowed: a DNS name or an IP address",
                                toml_string(options.host)));
  }
  const auto files = make_files(options);
  if (!options.force) refuse_to_replace(options, files);
  std::filesystem::create_directories(options.directory);
  std::string written;
  for (const auto& file : files) {
    write_new(path_of(options, file.name), file);
    written.append(written.empty() ? "" : ", ").append(path_of(options, file.name));
  }
  return fmt::format(kNextSteps, fmt::arg("files", written),
                     fmt::arg("server", path_of(options, "server.toml").string()),
                     fmt::arg("client", path_of(options, "client.toml").string()));
}

}  // namespace fullcone
