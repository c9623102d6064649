#include "net/client_runner.hpp"

#include <utility>

#include "net/client_shard.hpp"
#include "net/shard_threads.hpp"

namespace fullcone {
namespace {

constexpr unsigned kResolverThreads = 2;
constexpr std::size_t kQuestionsWaiting = 256;

std::string host_of(const Destination& server) {
  if (const auto* const endpoint = std::get_if<Endpoint>(&server)) return endpoint->ip.to_string();
  return std::get<NamedEndpoint>(server).host;
}

}  // namespace

struct ClientRunner::State {
  explicit State(ClientOptions given)
      : options(std::move(given)),
        tls(options.tls, host_of(options.server)),
        site{.settings = options.settings,
             .server = options.server,
             .tls = tls,
             .resolver = resolver,
             .held = held,
             .keep_alive = options.keep_alive,
             .drain = options.drain},
        resolver(kResolverThreads, kQuestionsWaiting) {
    const unsigned count = shard_count(options.threads);
    auto [endpoints, sockets] = listen_all(options.listen, count, "client");
    listening = std::move(endpoints);
    for (unsigned i = 0; i < count; ++i) {
      shards.push_back(std::make_unique<ClientShard>(site, std::move(sockets[i]), random_seed()));
    }
  }

  ClientOptions options;
  TlsClientContext tls;
  ClientShard::Site site;
  std::vector<Endpoint> listening;
  std::vector<std::unique_ptr<ClientShard>> shards;
  Client::Held held;
  Resolver resolver;  // goes before the shards that it posts to
};

ClientRunner::ClientRunner(ClientOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}

ClientRunner::~ClientRunner() = default;

std::vector<Endpoint> ClientRunner::listening() const { return state_->listening; }

void ClientRunner::run() { run_all(state_->shards); }

void ClientRunner::stop() {
  for (const auto& shard : state_->shards) shard->stop();
}

ClientRunner::Status ClientRunner::status() const {
  Status total;
  for (const auto& shard : state_->shards) {
    const Status each = shard->status();
    total.counters = sum(total.counters, each.counters);
    total.locals += each.locals;
    total.server_connections += each.server_connections;
  }
  return total;
}

}  // namespace fullcone
