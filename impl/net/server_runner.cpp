#include "net/server_runner.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "net/own_addresses.hpp"
#include "net/server_shard.hpp"
#include "net/shard_threads.hpp"

namespace fullcone {
namespace {

constexpr unsigned kResolverThreads = 8;
constexpr std::size_t kQuestionsWaiting = 4096;

// EGRESS-1: the server is not a way to itself; but who allows everything means it.
void deny_own(const std::vector<Endpoint>& listening, EgressPolicy& egress) {
  if (egress.allows_everything()) return;
  for (const Endpoint& address : listening) {
    for (const Endpoint& own : own_endpoints(address)) egress.deny(own);
  }
}

}  // namespace

struct ServerRunner::State {
  explicit State(ServerOptions given)
      : options(std::move(given)),
        tls(options.tls),
        seed(random_seed()),
        users(options.users, seed),
        site{.settings = options.settings,
             .users = users,
             .tls = tls,
             .resolver = resolver,
             .keep_alive = options.keep_alive,
             .drain = options.drain,
             .shard_count = shard_count(options.threads),
             .shards = shards,
             .handshaking = {}},
        resolver(kResolverThreads, kQuestionsWaiting) {
    auto [endpoints, sockets] = listen_all(options.listen, site.shard_count, "server");
    deny_own(endpoints, options.settings.egress);
    listening = std::move(endpoints);
    for (unsigned i = 0; i < site.shard_count; ++i) {
      shards.push_back(std::make_unique<ServerShard>(site, i, std::move(sockets[i]), seed));
    }
  }

  ServerOptions options;
  TlsServerContext tls;
  std::uint64_t seed;
  UserDirectory users;
  ServerShard::Site site;
  std::vector<Endpoint> listening;
  std::vector<std::unique_ptr<ServerShard>> shards;
  Resolver resolver;  // goes before the shards that it posts to
};

ServerRunner::ServerRunner(ServerOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}

ServerRunner::~ServerRunner() = default;

std::vector<Endpoint> ServerRunner::listening() const { return state_->listening; }

void ServerRunner::run() { run_all(state_->shards); }

void ServerRunner::stop() {
  for (const auto& shard : state_->shards) shard->stop();
}

void ServerRunner::reload_certificate() { state_->tls.reload(); }

ServerRunner::Status ServerRunner::status() const {
  Status total;
  for (const auto& shard : state_->shards) {
    const Status each = shard->status();
    total.counters = sum(total.counters, each.counters);
    total.connections += each.connections;
    total.sessions += each.sessions;
    total.mappings += each.mappings;
  }
  return total;
}

}  // namespace fullcone
