#include "app/serve.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string_view>
#include <vector>

#include "app/signals.hpp"
#include "app/status_json.hpp"
#include "core/egress_policy.hpp"

namespace fullcone {
namespace {

void set_up_log(const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>(
      "fullcone", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(std::move(logger));
}

// Every connection takes a descriptor, on the server two.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    spdlog::warn("the limit of open files stays low: ulimit -n");
  }
}

// A whole line in one write, so that lines of the log do not mix with it.
void print_line(std::string_view line) { fmt::print(stderr, "{}\n", line); }

void reload(ServerRunner& runner) {
  try {
    runner.reload_certificate();
    spdlog::info("certificate and key read again");
  } catch (const std::exception& error) {
    spdlog::error("the certificate stays as it was: {}", error.what());
  }
}

void reload(ClientRunner&) { spdlog::info("SIGHUP: a client has nothing to read again"); }

template <class Runner>
void on_signal(Runner& runner, int number) {
  if (number == SIGHUP) return reload(runner);
  if (number == SIGUSR1) return print_line(to_json(runner.status(), heap_in_use()));
  spdlog::info("stopping; another signal closes at once");
  runner.stop();
}

template <class Runner, class Config>
void run(const Config& config) {
  set_up_log(config.log_level);
  raise_descriptor_limit();
  Signals signals;
  Runner runner(config.options);
  signals.start([&runner](int number) { on_signal(runner, number); });
  for (const auto& endpoint : runner.listening()) {
    print_line("listening on " + endpoint.to_string());
  }
  runner.run();
  if (spdlog::should_log(spdlog::level::info)) print_line(to_json(runner.status(), heap_in_use()));
}

bool is_loopback(const IpAddress& ip) {
  return Network::parse("127.0.0.0/8")->contains(ip) || Network::parse("::1")->contains(ip);
}

}  // namespace

void serve(const ServerConfig& config) { run<ServerRunner>(config); }

void serve(const ClientConfig& config) {
  const auto is_open = [](const Endpoint& endpoint) { return !is_loopback(endpoint.ip); };
  if (config.options.settings.credentials.empty() &&
      std::ranges::any_of(config.options.listen, is_open)) {
    spdlog::warn("no [[credentials]]: whoever reaches this machine may use the proxy");
  }
  run<ClientRunner>(config);
}

}  // namespace fullcone
