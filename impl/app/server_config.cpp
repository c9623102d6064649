#include "app/server_config.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

#include "app/both_roles.hpp"
#include "app/setting_kinds.hpp"
#include "app/setting_tables.hpp"
#include "net/tls_context.hpp"
#include "net/tls_server_context.hpp"

namespace fullcone::config {
namespace {

Schema user_schema(User& user) {
  return {{{.path = "name",
            .setting = text(user.name, 1, 255),
            .meaning = "For the log.",
            .example = toml_string("somebody"),
            .need = Need::required},
           {.path = "uuid",
            .setting = uuid(user.uuid),
            .meaning = "What the client names; a secret.",
            .example = toml_string("6f1c2a7e-0d3b-4c58-9a64-2b7f5e8d1c90"),
            .need = Need::required}}};
}

const RowKind<User> kUserRows{user_schema,
                              {{"name", [](const User& user) { return user.name; }},
                               {"uuid", [](const User& user) { return user.uuid.to_string(); }}}};

std::vector<Key> access_keys(ServerConfig& into, const std::filesystem::path& directory) {
  auto& [options, log_level] = into;
  auto& settings = options.settings;
  return {
      {.path = "tls.certificate",
       .setting = file(options.tls.certificate, directory),
       .meaning = "PEM: the certificate and what its chain needs, the server's own first. SIGHUP "
                  "reads it and the key again.",
       .example = toml_string("certificate.pem"),
       .need = Need::required},
      {.path = "tls.key",
       .setting = file(options.tls.private_key, directory),
       .meaning = "PEM: the certificate's private key.",
       .example = toml_string("key.pem"),
       .need = Need::required},
      {.path = "tls.alpn",
       .setting = texts(options.tls.alpn),
       .meaning = "Application protocols accepted, the preferred one first, such as [\"h2\", "
                  "\"http/1.1\"]. None: whatever clients offer is ignored."},
      {.path = "users",
       .setting = tables(options.users, kUserRows),
       .meaning = "Who may use the server: one [[users]] for each.",
       .need = Need::required},
      {.path = "egress.policy",
       .setting = choice<EgressPolicy>(
           settings.egress, "public",
           {{"public", EgressPolicy::public_internet()}, {"unrestricted", EgressPolicy()}}),
       .meaning = "Where the server may send to. \"public\" denies loopback, private, shared, "
                  "link-local, multicast, broadcast and other addresses that are not of the public "
                  "Internet. \"unrestricted\" opens this machine and its networks to every user."},
      {.path = "egress.deny",
       .setting = denied_networks(settings.egress),
       .meaning = "Networks denied on top of that."},
  };
}

std::vector<Key> server_limit_keys(ServerLimits& limits) {
  return {
      {.path = "limits.header_timeout",
       .setting = duration(limits.header_timeout, 100ms, 10min),
       .meaning = "From the TLS handshake to a whole request; beyond it the connection is closed."},
      {.path = "limits.dial_timeout",
       .setting = duration(limits.dial_timeout, 100ms, 10min),
       .meaning = "For one address of a TCP target, and for one name to resolve."},
      {.path = "limits.unauthenticated_connections",
       .setting = count(limits.unauthenticated_connections, std::size_t{1}, kMostCounted),
       .meaning =
           "Connections that have not yet named a user. A client in use keeps a few ready, so "
           "this is also some two thousand clients at once."},
      {.path = "limits.connections_per_user",
       .setting = count(limits.connections_per_user, std::size_t{1}, kMostCounted),
       .meaning = "Connections of one user."},
      {.path = "limits.sessions_per_user",
       .setting = count(limits.sessions_per_user, std::size_t{1}, kMostCounted),
       .meaning = "UDP sessions of one user; an app's SOCKS5 association is one."},
  };
}

std::vector<Key> mux_keys(ServerLimits& limits) {
  return {
      {.path = "limits.mux.streams",
       .setting = count(limits.mux.streams, std::size_t{1}, kMostCounted),
       .meaning = "Streams open at once on one mux connection."},
      {.path = "limits.mux.datagram_queue",
       .setting = size(limits.mux.datagram_queue_bytes, kLeastQueue, kMostQueue),
       .meaning = "Datagrams waiting for a slow client, per UDP stream; beyond it the oldest are "
                  "dropped. A burst of 16 times as much is taken when none has waited for 100 ms."},
      {.path = "limits.mux.window",
       .setting = size(limits.mux.window_most_bytes, 256 * kKiB, kMostQueue),
       .meaning =
           "What a TCP stream may have on its way and unread; it begins with 256KiB, and has "
           "more while its reader keeps up."},
      {.path = "limits.mux.resolving",
       .setting = size(limits.resolving_bytes, kLeastQueue, kMostQueue),
       .meaning =
           "Datagrams that wait for their name to resolve, per UDP stream; beyond it they are "
           "dropped."},
  };
}

std::vector<Key> session_table_keys(SessionLimits& limits) {
  return {
      {.path = "limits.session.channels",
       .setting = count(limits.channels, std::size_t{1}, kMostCounted),
       .meaning = "Isolated channels of one session: destinations in use at once."},
      {.path = "limits.session.mappings",
       .setting = count(limits.mappings, std::size_t{1}, kMostCounted),
       .meaning = "External ports of one session."},
      {.path = "limits.session.dialled",
       .setting = count(limits.dialled, std::size_t{1}, kMostCounted),
       .meaning = "Destinations of one session whose external port is remembered."},
      {.path = "limits.session.heard",
       .setting = count(limits.heard, std::size_t{1}, kMostCounted),
       .meaning = "Peers of one session that are remembered for having sent; the one heard from "
                  "least recently goes first."},
  };
}

std::vector<Key> session_keys(SessionLimits& limits) {
  return {
      {.path = "limits.session.channel_queue",
       .setting = size(limits.channel_queue_bytes, kLeastQueue, kMostQueue),
       .meaning =
           "Datagrams waiting for a slow client, per isolated channel; beyond it they are "
           "dropped. A burst of four times as much is taken when none has waited for 100 ms."},
      {.path = "limits.session.crumfurs_queue",
       .setting = size(limits.crumfurs_queue_bytes, kLeastQueue, kMostQueue),
       .meaning = "The same for datagrams from unknown peers, also while CRUMFURS is cut."},
      {.path = "limits.session.grace",
       .setting = duration(limits.grace, 0s, 1h),
       .meaning = "A session lives on for so long after its CRUMFURS was cut."},
      {.path = "limits.session.mapping_idle",
       .setting = duration(limits.mapping_idle, 120s, 24h, "RFC 4787 REQ-5: 2 minutes or more"),
       .meaning = "An external port unused for so long is closed. Sending refreshes it."},
      {.path = "limits.session.mapping_inbound_only",
       .setting = duration(limits.mapping_inbound_only, 120s, 168h),
       .meaning = "Receiving alone keeps it no longer than this."},
  };
}

bool can_use(const ServerTls& tls) {
  try {
    TlsServerContext{tls};
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

std::vector<Rule> tls_rules(const ServerTls& tls) {
  const auto has_certificate = [&tls] { return begins_with_certificate(tls.certificate); };
  return {{"tls.certificate", has_certificate, "a PEM file that begins with a certificate"},
          {"tls.key", [=, &tls] { return !has_certificate() || can_use(tls); },
           "a PEM file with the key of tls.certificate, without a pass phrase"}};
}

}  // namespace

Schema server_schema(ServerConfig& into, const std::filesystem::path& directory) {
  auto& options = into.options;
  auto& limits = options.settings.limits;
  Schema schema{
      {role_key("server"),
       {.path = "listen",
        .setting = endpoints(options.listen),
        .meaning = "Where clients connect to; for IPv6 too: [\"0.0.0.0:443\", \"[::]:443\"]. "
                   "Port 0: the system's choice."},
       {.path = "fallback",
        .setting = destination(options.settings.fallback),
        .meaning = "A plain web server that is shown to whoever is not a client, such as scanners. "
                   "Unset: they are disconnected without a word.",
        .example = toml_string("127.0.0.1:80")},
       {.path = "mux",
        .setting = flag(options.settings.mux),
        .meaning = "Whether clients may carry many TCP connections and associations on one "
                   "connection."}}};
  append(schema.keys, process_keys(into.log_level, options.threads, options.drain));
  append(schema.keys, access_keys(into, directory));
  append(schema.keys, server_limit_keys(limits));
  append(schema.keys, session_table_keys(limits.session));
  append(schema.keys, session_keys(limits.session));
  append(schema.keys, mux_keys(limits));
  append(schema.keys, keep_alive_keys(options.keep_alive));
  schema.rules = tls_rules(options.tls);
  schema.rules.push_back(
      {"limits.session.mapping_inbound_only",
       [&limits] { return limits.session.mapping_inbound_only >= limits.session.mapping_idle; },
       "no less than limits.session.mapping_idle"});
  schema.rules.push_back(keep_alive_rule(options.keep_alive));
  return schema;
}

}  // namespace fullcone::config
