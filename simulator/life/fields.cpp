#include "simulator/life/fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <limits>
#include <span>

#include "simulator/life/quantities.hpp"

namespace fullcone::sim {
namespace {

// ----- one field of each type

Field field(std::string_view name, Duration& value) {
  return {name, "a time like 20ms", [&value] { return print_duration(value); },
          [&value](std::string_view text) {
            const auto parsed = parse_duration(text);
            if (parsed) value = *parsed;
            return parsed.has_value();
          }};
}

template <std::unsigned_integral Value>
Field field(std::string_view name, Value& value) {
  return {name, "a whole number", [&value] { return std::to_string(value); },
          [&value](std::string_view text) {
            const auto parsed = parse_count(text);
            if (!parsed || *parsed > std::numeric_limits<Value>::max()) return false;
            value = static_cast<Value>(*parsed);
            return true;
          }};
}

// A probability; the shortest digits that give the same double back.
Field field(std::string_view name, double& value) {
  return {name, "a share from 0 to 1 like 0.02",
          [&value] {
            std::array<char, 32> digits{};
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
            return std::string(digits.data(), end);
          },
          [&value](std::string_view text) {
            double parsed = 0;
            const char* const end = text.data() + text.size();
            const auto [stop, error] = std::from_chars(text.data(), end, parsed);
            const bool good = error == std::errc{} && stop == end && parsed >= 0 && parsed <= 1;
            if (good) value = parsed;
            return good;
          }};
}

// One of the words, which stand for the enumerators in their order.
template <class Value>
  requires std::is_enum_v<Value> || std::same_as<Value, bool>
Field field(std::string_view name, Value& value, std::span<const std::string_view> words) {
  std::string wanted;
  for (const auto word : words) wanted += (wanted.empty() ? "" : ", ") + std::string(word);
  return {name, "one of " + wanted,
          [&value, words] { return std::string(words[static_cast<std::size_t>(value)]); },
          [&value, words](std::string_view text) {
            const auto found = std::ranges::find(words, text);
            if (found == words.end()) return false;
            value = static_cast<Value>(found - words.begin());
            return true;
          }};
}

Field field(std::string_view name, std::vector<Number>& numbers) {
  return {name, "numbers like 1,2,5",
          [&numbers] {
            std::string text;
            for (const Number each : numbers)
              text += (text.empty() ? "" : ",") + std::to_string(each);
            return text;
          },
          [&numbers](std::string_view text) {
            std::vector<Number> parsed;
            while (!text.empty()) {
              const auto comma = std::min(text.find(','), text.size());
              const auto number = parse_count(text.substr(0, comma));
              if (!number || *number > std::numeric_limits<Number>::max()) return false;
              parsed.push_back(static_cast<Number>(*number));
              text.remove_prefix(std::min(comma + 1, text.size()));
            }
            numbers = std::move(parsed);
            return true;
          }};
}

constexpr std::array<std::string_view, 2> kNoYes = {"no", "yes"};
constexpr std::array<std::string_view, 3> kUdpModes = {"isolated", "mux", "auto"};
constexpr std::array<std::string_view, 2> kTcpModes = {"direct", "mux"};
constexpr std::array<std::string_view, 2> kFamilies = {"ipv4", "ipv6"};
constexpr std::array<std::string_view, 2> kPolicies = {"by-destination", "endpoint-independent"};
constexpr std::array<std::string_view, 9> kPeerManners = {"silent",
                                                          "echo",
                                                          "echo-from-other-port",
                                                          "echo-from-other-host",
                                                          "echo-as-another",
                                                          "extremes",
                                                          "stun",
                                                          "dns",
                                                          "rendezvous"};
constexpr std::array<std::string_view, 6> kTcpManners = {
    "echo", "silent", "refuse", "hang", "greet-and-finish", "reset-midway"};
constexpr std::array<std::string_view, 3> kDependences = {
    "endpoint-independent", "address-dependent", "address-and-port-dependent"};
constexpr std::array<std::string_view, 4> kPortAssignments = {"preservation", "overloading",
                                                              "sequential", "random"};
constexpr std::array<std::string_view, 3> kHairpinnings = {"none", "external-source",
                                                           "internal-source"};
constexpr std::array<std::string_view, 2> kPoolings = {"paired", "arbitrary"};

// ----- what several things have

void add_link(std::vector<Field>& fields, LinkSettings& link) {
  fields.push_back(field("delay", link.delay));
  fields.push_back(field("jitter", link.jitter));
  fields.push_back(field("loss", link.loss));
  fields.push_back(field("duplication", link.duplication));
  fields.push_back(field("reordering", link.reordering));
  fields.push_back(field("octets-per-second", link.octets_per_second));
  fields.push_back(field("queue-octets", link.queue_octets));
  fields.push_back(field("mtu", link.mtu));
}

void add_session_limits(std::vector<Field>& fields, SessionLimits& limits) {
  fields.push_back(field("channels", limits.channels));
  fields.push_back(field("mappings", limits.mappings));
  fields.push_back(field("dialled", limits.dialled));
  fields.push_back(field("heard", limits.heard));
  fields.push_back(field("channel-queue-bytes", limits.channel_queue_bytes));
  fields.push_back(field("crumfurs-queue-bytes", limits.crumfurs_queue_bytes));
  fields.push_back(field("grace", limits.grace));
  fields.push_back(field("mapping-idle", limits.mapping_idle));
  fields.push_back(field("mapping-inbound-only", limits.mapping_inbound_only));
}

void add_mux_limits(std::vector<Field>& fields, MuxLimits& limits) {
  fields.push_back(field("mux-streams", limits.streams));
  fields.push_back(field("mux-send-queue-bytes", limits.send_queue_bytes));
  fields.push_back(field("mux-datagram-queue-bytes", limits.datagram_queue_bytes));
}

}  // namespace

std::vector<Field> fields_of(ServerPlan& server) {
  std::vector<Field> fields = {
      field("users", server.users),
      field("header-timeout", server.limits.header_timeout),
      field("dial-timeout", server.limits.dial_timeout),
      field("unauthenticated-connections", server.limits.unauthenticated_connections),
      field("connections-per-user", server.limits.connections_per_user),
      field("sessions-per-user", server.limits.sessions_per_user),
      field("mux", server.mux, kNoYes),
      field("resolving-bytes", server.limits.resolving_bytes),
  };
  add_mux_limits(fields, server.limits.mux);
  add_session_limits(fields, server.limits.session);
  add_link(fields, server.link);
  return fields;
}

std::vector<Field> fields_of(NatPlan& nat) {
  NatBehaviour& behaviour = nat.behaviour;
  std::vector<Field> fields = {
      field("behind", nat.behind),
      field("addresses", nat.addresses),
      field("mapping", behaviour.mapping, kDependences),
      field("filtering", behaviour.filtering, kDependences),
      field("ports", behaviour.ports, kPortAssignments),
      field("preserves-parity", behaviour.preserves_parity, kNoYes),
      field("hairpinning", behaviour.hairpinning, kHairpinnings),
      field("pooling", behaviour.pooling, kPoolings),
      field("idle", behaviour.idle),
      field("outbound-refresh", behaviour.outbound_refresh, kNoYes),
      field("inbound-refresh", behaviour.inbound_refresh, kNoYes),
      field("first-port", behaviour.first_port),
      field("last-port", behaviour.last_port),
  };
  add_link(fields, nat.link);
  return fields;
}

std::vector<Field> fields_of(ClientPlan& client) {
  ClientLimits& limits = client.limits;
  std::vector<Field> fields = {
      field("server", client.server),
      field("user", client.user),
      field("behind", client.behind),
      field("version", client.version),
      field("mapping", client.mapping, kPolicies),
      field("credentials", client.credentials, kNoYes),
      field("udp", client.udp, kUdpModes),
      field("tcp", client.tcp, kTcpModes),
      field("mux-after", limits.mux_after),
      field("mux-idle", limits.mux_idle),
      field("handshake-timeout", limits.handshake_timeout),
      field("connect-timeout", limits.connect_timeout),
      field("local-connections", limits.local_connections),
      field("channels", limits.channels),
      field("waiting-bytes", limits.waiting_bytes),
      field("channel-queue-bytes", limits.channel_queue_bytes),
      field("channel-idle", limits.channel_idle),
      field("refused-hold", limits.refused_hold),
      field("reconnect-first", limits.reconnect_first),
      field("reconnect-most", limits.reconnect_most),
      field("ready-connections", limits.ready_connections),
      field("ready-most", limits.ready_most),
      field("ready-age", limits.ready_age),
      field("ready-idle", limits.ready_idle),
      field("ready-retry", limits.ready_retry),
  };
  add_mux_limits(fields, limits.mux);
  add_link(fields, client.link);
  return fields;
}

std::vector<Field> fields_of(PeerPlan& peer) {
  std::vector<Field> fields = {
      field("family", peer.family, kFamilies),
      field("beside", peer.beside),
      field("behind", peer.behind),
      field("manner", peer.manner, kPeerManners),
  };
  add_link(fields, peer.link);
  return fields;
}

std::vector<Field> fields_of(TargetPlan& target) {
  return {field("family", target.family, kFamilies), field("manner", target.manner, kTcpManners)};
}

std::vector<Field> fields_of(NamePlan& name) {
  return {field("peers", name.peers), field("rotating", name.rotating, kNoYes),
          field("inside", name.inside, kNoYes), field("delay", name.delay)};
}

}  // namespace fullcone::sim
