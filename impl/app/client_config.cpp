#include "app/client_config.hpp"

#include <utility>
#include <vector>

#include "app/both_roles.hpp"
#include "app/setting_kinds.hpp"
#include "app/setting_tables.hpp"
#include "net/tls_context.hpp"

namespace fullcone::config {
namespace {

constexpr std::size_t kMostReady = 1024;

Schema credentials_schema(socks5::Credentials& credentials) {
  return {{{.path = "user",
            .setting = text(credentials.user, 1, 255),
            .meaning = "",
            .example = toml_string("somebody"),
            .need = Need::required},
           {.path = "password",
            .setting = secret(credentials.password, 1, 255),
            .meaning = "",
            .example = toml_string("correct horse battery staple"),
            .need = Need::required}}};
}

const RowKind<socks5::Credentials> kCredentialsRows{
    credentials_schema,
    {{"user", [](const socks5::Credentials& credentials) { return credentials.user; }}}};

std::vector<Key> server_keys(ClientOptions& options) {
  return {
      {.path = "server.address",
       .setting = destination(options.server),
       .meaning = "Where the server listens.",
       .example = toml_string("proxy.example.org:443"),
       .need = Need::required},
      {.path = "server.uuid",
       .setting = uuid(options.settings.user),
       .meaning = "Who we are to it: the uuid of one of its [[users]]; a secret.",
       .example = toml_string("6f1c2a7e-0d3b-4c58-9a64-2b7f5e8d1c90"),
       .need = Need::required},
      {.path = "server.version",
       .setting = count<std::uint8_t>(options.settings.version, 0, 1),
       .meaning = "Of VLESS. 0 is for servers that know nothing newer; UDP is not full cone then."},
  };
}

std::vector<Key> tls_keys(ClientTls& tls, const std::filesystem::path& directory) {
  return {
      {.path = "tls.server_name",
       .setting = text(tls.server_name, 0, 253),
       .meaning = "The name that the server's certificate must carry, also sent as SNI. Empty: the "
                  "host of server.address."},
      {.path = "tls.pin",
       .setting = pin(tls.pin),
       .meaning = "SHA-256 of the public key (SubjectPublicKeyInfo) that the server must prove to "
                  "have. With it, name, chain and dates of the certificate are not looked at.",
       .example = toml_string("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")},
      {.path = "tls.ca",
       .setting = file(tls.ca, directory),
       .meaning = "PEM: the authorities that may vouch for the server. Unset: the system's.",
       .example = toml_string("certificate.pem")},
      {.path = "tls.verify",
       .setting = flag(tls.verify),
       .meaning = "false: whoever answers is taken for the server, and can read everything."},
      {.path = "tls.alpn",
       .setting = texts(tls.alpn),
       .meaning = "Application protocols offered, the preferred one first, such as [\"h2\", "
                  "\"http/1.1\"]."},
  };
}

std::vector<Key> limit_keys(ClientLimits& limits) {
  return {
      {.path = "limits.handshake_timeout",
       .setting = duration(limits.handshake_timeout, 100ms, 10min),
       .meaning = "For an app, from connecting to a whole SOCKS5 or HTTP request."},
      {.path = "limits.connect_timeout",
       .setting = duration(limits.connect_timeout, 100ms, 10min),
       .meaning = "For TCP and TLS to the server."},
      {.path = "limits.local_connections",
       .setting = count(limits.local_connections, std::size_t{1}, kMostCounted),
       .meaning = "Connections of apps at once."},
      {.path = "limits.channels",
       .setting = count(limits.channels, std::size_t{1}, kMostCounted),
       .meaning = "UDP destinations of one association at once; the one used least recently makes "
                  "room."},
      {.path = "limits.waiting",
       .setting = size(limits.waiting_bytes, kLeastQueue, kMostQueue),
       .meaning = "Datagrams of one association that wait for a channel to open; beyond it the "
                  "oldest are dropped."},
      {.path = "limits.channel_queue",
       .setting = size(limits.channel_queue_bytes, kLeastQueue, kMostQueue),
       .meaning = "Datagrams waiting for a slow server, per channel; beyond it they are dropped. A "
                  "burst of four times as much is taken when none has waited for 100 ms."},
  };
}

std::vector<Key> mode_keys(ClientSettings& settings) {
  return {
      {.path = "mapping",
       .setting =
           choice<MappingPolicy>(settings.mapping, "by-destination",
                                 {{"by-destination", MappingPolicy::by_destination},
                                  {"endpoint-independent", MappingPolicy::endpoint_independent}}),
       .meaning =
           "Which external port a datagram leaves from: one for each destination, or one "
           "for all of an association, as game consoles and STUN call full cone. Of isolated "
           "channels; by mux it is always one for all."},
      {.path = "udp",
       .setting = choice<UdpMode>(
           settings.udp, "isolated",
           {{"isolated", UdpMode::isolated}, {"mux", UdpMode::mux}, {"auto", UdpMode::automatic}}),
       .meaning =
           "How datagrams reach the server: on a connection for each destination, all on one "
           "shared connection, or on connections of their own first and, once an association "
           "has limits.mux_after of them, on the shared one for what is new."},
      {.path = "tcp",
       .setting = choice<TcpMode>(settings.tcp, "direct",
                                  {{"direct", TcpMode::direct}, {"mux", TcpMode::mux}}),
       .meaning = "How TCP reaches the server: each connection on one of its own, or all on the "
                  "shared one, which opens in one round trip less."},
  };
}

std::vector<Key> mux_limit_keys(ClientLimits& limits) {
  return {
      {.path = "limits.mux_after",
       .setting = count(limits.mux_after, std::size_t{0}, kMostCounted),
       .meaning =
           "With udp = \"auto\": channels that an association has before it goes on by mux."},
      {.path = "limits.mux_streams",
       .setting = count(limits.mux.streams, std::size_t{1}, kMostCounted),
       .meaning =
           "Streams on one shared connection; for more, another is opened. Not more than the "
           "server admits."},
      {.path = "limits.mux_datagram_queue",
       .setting = size(limits.mux.datagram_queue_bytes, kLeastQueue, kMostQueue),
       .meaning = "Datagrams waiting for a slow server, per association; beyond it the oldest are "
                  "dropped. A burst of 16 times as much is taken when none has waited for 100 ms."},
      {.path = "limits.mux_window",
       .setting = size(limits.mux.window_most_bytes, 256 * kKiB, kMostQueue),
       .meaning =
           "What a TCP stream may have on its way and unread; it begins with 256KiB, and has "
           "more while its reader keeps up."},
      {.path = "limits.mux_idle",
       .setting = duration(limits.mux_idle, 1s, 24h),
       .meaning = "The shared connection is closed when it has carried nothing for anybody for so "
                  "long."},
  };
}

std::vector<Key> timer_keys(ClientLimits& limits) {
  return {
      {.path = "limits.channel_idle",
       .setting = duration(limits.channel_idle, 1s, 24h),
       .meaning = "A channel unused both ways for so long is closed; its external port stays for "
                  "as long as the server keeps it."},
      {.path = "limits.refused_hold",
       .setting = duration(limits.refused_hold, 0s, 10min),
       .meaning = "A destination that the server refused is not tried again sooner."},
      {.path = "limits.reconnect_first",
       .setting = duration(limits.reconnect_first, 10ms, 1h),
       .meaning =
           "A lost CRUMFURS channel or shared connection is opened again after so long; each "
           "further wait is twice as long,"},
      {.path = "limits.reconnect_most",
       .setting = duration(limits.reconnect_most, 10ms, 1h),
       .meaning = "but no longer than this."},
  };
}

std::vector<Key> ready_keys(ClientLimits& limits) {
  return {
      {.path = "limits.ready_connections",
       .setting = count(limits.ready_connections, std::size_t{0}, kMostReady),
       .meaning = "Connections to the server that each thread in use keeps ready, so that a new "
                  "destination costs one round trip and not three. 0: none, ever."},
      {.path = "limits.ready_most",
       .setting = count(limits.ready_most, std::size_t{1}, kMostReady),
       .meaning = "What they grow to, those of all threads together, where requests find none."},
      {.path = "limits.ready_age",
       .setting = duration(limits.ready_age, 100ms, 10min),
       .meaning = "None is kept longer: below the server's header_timeout (10s; v2ray's handshake, "
                  "4s). A server that closes one sooner is believed."},
      {.path = "limits.ready_idle",
       .setting = duration(limits.ready_idle, 100ms, 24h),
       .meaning = "None is kept once no connection has been wanted for so long."},
      {.path = "limits.ready_retry",
       .setting = duration(limits.ready_retry, 0s, 1min),
       .meaning = "A request on one that ends unanswered within this is made again, unless octets "
                  "of a TCP app have followed it."},
  };
}

std::vector<Rule> client_rules(const ClientOptions& options) {
  const auto& settings = options.settings;
  return {
      {"mapping",
       [&settings] {
         return settings.version == 1 || settings.mapping == MappingPolicy::by_destination;
       },
       "\"by-destination\", as server.version is 0"},
      {"udp", [&settings] { return settings.version == 1 || settings.udp == UdpMode::isolated; },
       "\"isolated\", as server.version is 0"},
      {"tcp", [&settings] { return settings.version == 1 || settings.tcp == TcpMode::direct; },
       "\"direct\", as server.version is 0"},
      {"limits.reconnect_most",
       [&settings] { return settings.limits.reconnect_most >= settings.limits.reconnect_first; },
       "no less than limits.reconnect_first"},
      {"tls.ca", [&ca = options.tls.ca] { return !ca || begins_with_certificate(*ca); },
       "a PEM file that begins with a certificate"},
      {"limits.ready_most",
       [&settings] { return settings.limits.ready_most >= settings.limits.ready_connections; },
       "no less than limits.ready_connections"},
      keep_alive_rule(options.keep_alive)};
}

}  // namespace

Schema client_schema(ClientConfig& into, const std::filesystem::path& directory) {
  auto& options = into.options;
  auto& settings = options.settings;
  Schema schema{
      {role_key("client"),
       {.path = "listen",
        .setting = endpoints(options.listen),
        .meaning = "Where apps connect to: SOCKS5 and HTTP CONNECT on one port. Without "
                   "[[credentials]] whoever reaches it may use it. Port 0: the system's choice."}}};
  append(schema.keys, mode_keys(settings));
  append(schema.keys, process_keys(into.log_level, options.threads, options.drain));
  append(schema.keys, server_keys(options));
  append(schema.keys, tls_keys(options.tls, directory));
  append(schema.keys, {{.path = "credentials",
                        .setting = tables(settings.credentials, kCredentialsRows),
                        .meaning = "What apps must know to be let in, for TCP and UDP: one "
                                   "[[credentials]] for each. None: no questions asked."}});
  append(schema.keys, limit_keys(settings.limits));
  append(schema.keys, mux_limit_keys(settings.limits));
  append(schema.keys, timer_keys(settings.limits));
  append(schema.keys, ready_keys(settings.limits));
  append(schema.keys, keep_alive_keys(options.keep_alive));
  schema.rules = client_rules(options);
  return schema;
}

}  // namespace fullcone::config
