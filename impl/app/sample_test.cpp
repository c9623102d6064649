// The documented samples say what the loader knows, no more and no less; and the loader's table
// reaches every field that a configuration is for.
#include "app/sample.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>

#include "app/config_file_testing.hpp"

namespace fullcone {
namespace {

using Names = std::set<std::string>;

std::string sample(const std::string& role) {
  return read_whole(std::filesystem::path(FULLCONE_SAMPLES) / (role + ".toml"));
}

// With every setting in force. Comments have a space after their mark.
std::string uncommented(const std::string& text) {
  return std::regex_replace(text, std::regex("(^|\n)#([^ ])"), "$1$2");
}

void collect(const config::Table& table, const std::string& above, Names& names) {
  for (const auto& member : table.members) {
    if (const auto* inner = member.node.as<config::Table>()) {
      collect(*inner, above + member.key + ".", names);
    } else {
      names.insert(above + member.key);
    }
  }
}

Names names_in(const std::string& toml) {
  Names names;
  collect(config::parse_toml(toml), "", names);
  return names;
}

Names names_of(const config::Schema& schema) {
  Names names;
  for (const auto& key : schema.keys) names.insert(key.path);
  return names;
}

TEST(Sample, OfTheServerListsTheKeysOfTheLoaderAndNoOthers) {
  ServerConfig config;
  EXPECT_EQ(names_in(uncommented(sample("server"))), names_of(config::server_schema(config, {})));
}

TEST(Sample, OfTheClientListsTheKeysOfTheLoaderAndNoOthers) {
  ClientConfig config;
  EXPECT_EQ(names_in(uncommented(sample("client"))), names_of(config::client_schema(config, {})));
}

TEST(Sample, IsWhatTheProgramPrints) {
  ServerConfig server;
  EXPECT_EQ(config::sample_of(config::server_schema(server, {})), sample("server"))
      << "fullcone sample server > impl/app/samples/server.toml";
  ClientConfig client;
  EXPECT_EQ(config::sample_of(config::client_schema(client, {})), sample("client"))
      << "fullcone sample client > impl/app/samples/client.toml";
}

TEST(Sample, Loads) {
  const ConfigFolder folder;
  for (const std::string role : {"server", "client"}) {
    EXPECT_EQ(folder.faults(sample(role)), "") << role;
    EXPECT_EQ(folder.faults(uncommented(sample(role))), "") << role;
  }
}

// The text of every default, as the schema bound to `config` prints it.
template <class Config>
std::string settings_of(Config config,
                        config::Schema (*schema_of)(Config&, const std::filesystem::path&)) {
  std::ostringstream text;
  for (const auto& key : schema_of(config, {}).keys) {
    text << key.path << " = " << key.setting.initial << '\n';
  }
  return text.str();
}

TEST(Sample, ShowsTheDefaults) {
  const ConfigFolder folder;
  EXPECT_EQ(settings_of(folder.server(uncommented(sample("server"))), config::server_schema),
            settings_of(ServerConfig(), config::server_schema));
  EXPECT_EQ(settings_of(folder.client(uncommented(sample("client"))), config::client_schema),
            settings_of(ClientConfig(), config::client_schema));
}

// ----- each field of the limits differs from its default once a file says so. The bindings name
// every field: one that is added does not compile until a key sets it.

const std::string kServerLimits = R"([limits]
header_timeout = "1s"
dial_timeout = "2s"
unauthenticated_connections = 3
connections_per_user = 4
sessions_per_user = 5
[limits.session]
channels = 6
mappings = 7
dialled = 8
heard = 9
channel_queue = "100KiB"
crumfurs_queue = "110KiB"
grace = "12s"
mapping_idle = "130s"
mapping_inbound_only = "140s"
[limits.mux]
streams = 15
datagram_queue = "160KiB"
window = "512KiB"
resolving = "170KiB"
)";

TEST(ServerConfig, ReachesEveryLimit) {
  const auto config = ConfigFolder().server(kServerToml + kServerLimits);
  const auto& [header, dial, unauthenticated, connections, sessions, session, mux, resolving] =
      config.options.settings.limits;
  EXPECT_EQ(header, 1s);
  EXPECT_EQ(dial, 2s);
  EXPECT_EQ(unauthenticated, 3u);
  EXPECT_EQ(connections, 4u);
  EXPECT_EQ(sessions, 5u);
  const auto& [channels, mappings, dialled, heard, channel_queue, crumfurs_queue, grace, idle,
               inbound_only] = session;
  EXPECT_EQ(channels, 6u);
  EXPECT_EQ(mappings, 7u);
  EXPECT_EQ(dialled, 8u);
  EXPECT_EQ(heard, 9u);
  EXPECT_EQ(channel_queue, 100u * 1024);
  EXPECT_EQ(crumfurs_queue, 110u * 1024);
  EXPECT_EQ(grace, 12s);
  EXPECT_EQ(idle, 130s);
  EXPECT_EQ(inbound_only, 140s);
  EXPECT_EQ(mux.streams, 15u);
  EXPECT_EQ(mux.datagram_queue_bytes, 160u * 1024);
  EXPECT_EQ(mux.window_most_bytes, 512u * 1024);
  EXPECT_EQ(resolving, 170u * 1024);
}

const std::string kClientLimits = R"([limits]
handshake_timeout = "1s"
connect_timeout = "2s"
local_connections = 3
channels = 4
waiting = "65KiB"
channel_queue = "66KiB"
channel_idle = "7s"
refused_hold = "8s"
reconnect_first = "9s"
reconnect_most = "11s"
ready_connections = 12
ready_most = 13
ready_age = "14s"
ready_idle = "15s"
ready_retry = "16s"
mux_after = 12
mux_streams = 13
mux_datagram_queue = "140KiB"
mux_window = "1MiB"
mux_idle = "15s"
)";

TEST(ClientConfig, ReachesEveryLimit) {
  const auto config = ConfigFolder().client(kClientToml + kClientLimits);
  const auto& [handshake, connect, locals, channels, waiting, channel_queue, idle, refused, mux,
               mux_after, heard, mux_idle, first, most, ready, ready_most, ready_age, ready_idle,
               ready_retry] = config.options.settings.limits;
  EXPECT_EQ(handshake, 1s);
  EXPECT_EQ(connect, 2s);
  EXPECT_EQ(locals, 3u);
  EXPECT_EQ(channels, 4u);
  EXPECT_EQ(waiting, 65u * 1024);
  EXPECT_EQ(channel_queue, 66u * 1024);
  EXPECT_EQ(idle, 7s);
  EXPECT_EQ(refused, 8s);
  EXPECT_EQ(first, 9s);
  EXPECT_EQ(most, 11s);
  EXPECT_EQ(ready, 12u);
  EXPECT_EQ(ready_most, 13u);
  EXPECT_EQ(ready_age, 14s);
  EXPECT_EQ(ready_idle, 15s);
  EXPECT_EQ(ready_retry, 16s);
  EXPECT_EQ(mux_after, 12u);
  EXPECT_EQ(heard, ClientLimits().heard);
  EXPECT_EQ(mux.streams, 13u);
  EXPECT_EQ(mux.datagram_queue_bytes, 140u * 1024);
  EXPECT_EQ(mux.window_most_bytes, 1024u * 1024);
  EXPECT_EQ(mux_idle, 15s);
}

TEST(ServerConfig, ReachesEveryOption) {
  const ConfigFolder folder;
  const auto config = folder.server(R"(role = "server"
listen = ["127.0.0.1:0", "[::1]:8443"]
fallback = "localhost:8080"
mux = false
log_level = "debug"
threads = 2
drain = "1m"
tls = {certificate = "certificate.pem", key = "key.pem", alpn = ["h2", "http/1.1"]}
egress = {policy = "unrestricted", deny = ["203.0.113.0/24", "2001:db8::1"]}
keep_alive = {idle = "20s", interval = "10s", probes = 4}
[[users]]
name = "one"
uuid = "6f1c2a7e-0d3b-4c58-9a64-2b7f5e8d1c90"
[[users]]
name = "two"
uuid = "16fd2706-8baf-433b-82eb-8c7fada847da"
)");
  const auto& [listen, tls, users, settings, keep_alive, threads, drain] = config.options;
  EXPECT_EQ(listen, (std::vector{Endpoint::parse("127.0.0.1:0").value(),
                                 Endpoint::parse("[::1]:8443").value()}));
  EXPECT_EQ(tls.certificate, folder.path() / "certificate.pem");
  EXPECT_EQ(tls.private_key, folder.path() / "key.pem");
  EXPECT_EQ(tls.alpn, (std::vector<std::string>{"h2", "http/1.1"}));
  ASSERT_EQ(users.size(), 2u);
  EXPECT_EQ(users[1].name, "two");
  EXPECT_EQ(users[1].uuid, Uuid::parse("16fd2706-8baf-433b-82eb-8c7fada847da"));
  EXPECT_EQ(settings.fallback, Destination(NamedEndpoint{"localhost", 8080}));
  EXPECT_FALSE(settings.mux);
  EXPECT_EQ(keep_alive.dead_after(), 60s);
  EXPECT_EQ(threads, 2u);
  EXPECT_EQ(drain, 60s);
  EXPECT_EQ(config.log_level, "debug");
}

TEST(ClientConfig, ReachesEveryOption) {
  const ConfigFolder folder;
  const auto config = folder.client(R"(role = "client"
listen = "127.0.0.1:9"
mapping = "endpoint-independent"
udp = "auto"
tcp = "mux"
threads = 3
drain = "0s"
server = {address = "[2001:db8::1]:443", uuid = "16fd2706-8baf-433b-82eb-8c7fada847da"}
[tls]
server_name = "example.org"
pin = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
ca = "certificate.pem"
verify = false
alpn = ["h2"]
[[credentials]]
user = "u"
password = "p"
[keep_alive]
probes = 2
)");
  const auto& [listen, server, tls, settings, keep_alive, threads, drain] = config.options;
  EXPECT_EQ(listen, std::vector{Endpoint::parse("127.0.0.1:9").value()});
  EXPECT_EQ(server, Destination(Endpoint::parse("[2001:db8::1]:443").value()));
  const auto& [server_name, ca, pin, verify, alpn] = tls;
  EXPECT_EQ(server_name, "example.org");
  EXPECT_EQ(ca, folder.path() / "certificate.pem");
  EXPECT_EQ(pin.value()[0], 0xe3);
  EXPECT_FALSE(verify);
  EXPECT_EQ(alpn, std::vector<std::string>{"h2"});
  const auto& [version, user, mapping, udp, tcp, credentials, limits] = settings;
  EXPECT_EQ(version, 1);
  EXPECT_EQ(user, Uuid::parse("16fd2706-8baf-433b-82eb-8c7fada847da"));
  EXPECT_EQ(mapping, MappingPolicy::endpoint_independent);
  EXPECT_EQ(udp, UdpMode::automatic);
  EXPECT_EQ(tcp, TcpMode::mux);
  EXPECT_EQ(credentials, (std::vector<socks5::Credentials>{{"u", "p"}}));
  EXPECT_EQ(limits.channels, ClientLimits().channels);
  EXPECT_EQ(keep_alive.dead_after(), 60s);
  EXPECT_EQ(threads, 3u);
  EXPECT_EQ(drain, 0s);
}

bool allows(const std::string& egress, const std::string& destination) {
  const auto config = ConfigFolder().server(kServerToml + "[egress]\n" + egress);
  return config.options.settings.egress.allows(Endpoint::parse(destination).value());
}

TEST(ServerConfig, DeniesNetworksOnTopOfThePolicy) {
  EXPECT_FALSE(allows("", "10.0.0.1:80"));
  EXPECT_TRUE(allows("", "8.8.8.8:53"));
  EXPECT_TRUE(allows("policy = \"unrestricted\"", "10.0.0.1:80"));
  EXPECT_FALSE(allows("deny = [\"8.8.8.0/24\"]", "8.8.8.8:53"));
  EXPECT_FALSE(allows("deny = [\"8.8.8.0/24\"]", "10.0.0.1:80"));
  EXPECT_FALSE(allows("deny = [\"8.8.8.0/24\"]\npolicy = \"unrestricted\"", "8.8.8.8:53"));
  EXPECT_TRUE(allows("deny = [\"8.8.8.0/24\"]\npolicy = \"unrestricted\"", "10.0.0.1:80"));
}

}  // namespace
}  // namespace fullcone
