#include "app/commands.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <vector>

#include "app/both_roles.hpp"
#include "app/config_file.hpp"
#include "app/init.hpp"
#include "app/sample.hpp"
#include "app/serve.hpp"

namespace fullcone {
namespace {

constexpr int kUsage = 2;

constexpr const char* kFirstRun = R"(First run:
  fullcone init --host proxy.example.org   # on the server: certificate, server.toml, client.toml
  fullcone server -c server.toml           # there too; port 443 takes root or CAP_NET_BIND_SERVICE
  fullcone client -c client.toml           # on your own machine, with client.toml copied to it

Then: curl --proxy socks5h://127.0.0.1:1080 https://example.org

Exit codes: 0 done, 1 failed while running, 2 usage or configuration error.)";

struct Arguments {
  std::filesystem::path config;
  std::string log_level;  // empty: the configuration's
  std::string role;
  InitOptions init;
};

template <class Config>
void serve_as(Config config, const Arguments& arguments) {
  if (!arguments.log_level.empty()) config.log_level = arguments.log_level;
  serve(config);
}

void print_sample(const std::string& role) {
  ServerConfig server;
  ClientConfig client;
  const auto schema =
      role == "server" ? config::server_schema(server, {}) : config::client_schema(client, {});
  fmt::print("{}", config::sample_of(schema));
}

void add_role(CLI::App& app, const std::string& role, const std::string& about,
              Arguments& arguments) {
  auto* const command = app.add_subcommand(role, about);
  command->add_option("-c,--config", arguments.config, "Configuration file")
      ->required()
      ->option_text("FILE");
  command->add_option("--log-level", arguments.log_level, "Goes before the file's log_level")
      ->check(CLI::IsMember(config::kLogLevels));
}

void add_init(CLI::App& app, InitOptions& init) {
  auto* const command = app.add_subcommand(
      "init", "Makes a certificate and the configuration of a server and its client");
  command->add_option("--host", init.host, "DNS name or IP address that clients dial")
      ->required()
      ->option_text("NAME");
  command->add_option("--port", init.port, "The server's port; 443 unless given")
      ->check(CLI::Range(1, 65535))
      ->option_text("P");
  command->add_option("--dir", init.directory, "Where to write; the current folder unless given")
      ->option_text("DIR");
  command->add_flag("--force", init.force, "Replaces files that are there");
}

void describe_commands(CLI::App& app, const std::string& version, Arguments& arguments) {
  app.set_version_flag("--version", "fullcone " + version);
  app.require_subcommand(1);
  app.footer(kFirstRun);
  add_init(app, arguments.init);
  add_role(app, "server", "Serves VLESS until SIGTERM", arguments);
  add_role(app, "client", "Serves SOCKS5 and HTTP CONNECT through a server until SIGTERM",
           arguments);
  app.add_subcommand("check-config", "Tells what is wrong with a configuration file")
      ->add_option("file", arguments.config, "Configuration file")
      ->required()
      ->option_text("FILE");
  app.add_subcommand("sample", "Prints every setting with its meaning and default")
      ->add_option("role", arguments.role, "server or client")
      ->required()
      ->check(CLI::IsMember({"server", "client"}))
      ->option_text("ROLE");
}

void execute(const std::string& command, const Arguments& arguments) {
  if (command == "server") {
    serve_as(load_server_config(arguments.config), arguments);
  } else if (command == "client") {
    serve_as(load_client_config(arguments.config), arguments);
  } else if (command == "init") {
    fmt::print("{}", init(arguments.init));
  } else if (command == "sample") {
    print_sample(arguments.role);
  } else {
    fmt::print("{}: a good {} configuration\n", arguments.config.string(),
               check_config(arguments.config));
  }
}

}  // namespace

int run_command(int argc, const char* const* argv, const std::string& version) {
  CLI::App app("fullcone: a VLESS v1 proxy whose UDP behaves like a full-cone NAT", "fullcone");
  Arguments arguments;
  describe_commands(app, version, arguments);
  try {
    app.parse(argc, argv);
    execute(app.get_subcommands().front()->get_name(), arguments);
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  } catch (const ConfigError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return kUsage;
  } catch (const InitError& error) {
    fmt::print(stderr, "fullcone: {}\n", error.what());
    return kUsage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "fullcone: {}\n", error.what());
    return 1;
  }
}

}  // namespace fullcone
