#include "app/status_json.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

namespace fullcone {
namespace {

template <class Counters>
struct Counter {
  std::string_view name;
  std::uint64_t Counters::*value;
};

constexpr Counter<ServerCounters> kServerCounters[] = {
    {"connections_accepted", &ServerCounters::connections_accepted},
    {"connections_rejected", &ServerCounters::connections_rejected},
    {"connections_refused", &ServerCounters::connections_refused},
    {"requests_denied", &ServerCounters::requests_denied},
    {"fallbacks", &ServerCounters::fallbacks},
    {"crumfurs_violations", &ServerCounters::crumfurs_violations},
    {"sessions_begun", &ServerCounters::sessions_begun},
    {"sessions_ended", &ServerCounters::sessions_ended},
    {"mappings_opened", &ServerCounters::mappings_opened},
    {"mappings_expired", &ServerCounters::mappings_expired},
    {"mux_connections", &ServerCounters::mux_connections},
    {"mux_violations", &ServerCounters::mux_violations},
    {"mux_streams", &ServerCounters::mux_streams},
    {"mux_streams_lost", &ServerCounters::mux_streams_lost},
    {"frames_in", &ServerCounters::frames_in},
    {"datagrams_sent", &ServerCounters::datagrams_sent},
    {"dropped_too_large_out", &ServerCounters::dropped_too_large_out},
    {"dropped_send_failed", &ServerCounters::dropped_send_failed},
    {"dropped_denied", &ServerCounters::dropped_denied},
    {"dropped_unresolved", &ServerCounters::dropped_unresolved},
    {"resolving", &ServerCounters::resolving},
    {"datagrams_in", &ServerCounters::datagrams_in},
    {"delivered_on_channel", &ServerCounters::delivered_on_channel},
    {"delivered_on_crumfurs", &ServerCounters::delivered_on_crumfurs},
    {"delivered_on_mux", &ServerCounters::delivered_on_mux},
    {"queued_in_grace", &ServerCounters::queued_in_grace},
    {"dropped_channel_full", &ServerCounters::dropped_channel_full},
    {"dropped_crumfurs_full", &ServerCounters::dropped_crumfurs_full},
    {"dropped_mux_full", &ServerCounters::dropped_mux_full},
    {"dropped_grace_full", &ServerCounters::dropped_grace_full},
    {"dropped_session_ended", &ServerCounters::dropped_session_ended},
    {"dropped_empty", &ServerCounters::dropped_empty},
    {"dropped_too_large_in", &ServerCounters::dropped_too_large_in},
    {"dropped_stranger_v0", &ServerCounters::dropped_stranger_v0},
    {"dropped_no_mapping", &ServerCounters::dropped_no_mapping},
};
static_assert(std::size(kServerCounters) * sizeof(std::uint64_t) == sizeof(ServerCounters));

constexpr Counter<ClientCounters> kClientCounters[] = {
    {"locals_accepted", &ClientCounters::locals_accepted},
    {"locals_refused", &ClientCounters::locals_refused},
    {"associations_begun", &ClientCounters::associations_begun},
    {"associations_ended", &ClientCounters::associations_ended},
    {"crumfurs_established", &ClientCounters::crumfurs_established},
    {"crumfurs_lost", &ClientCounters::crumfurs_lost},
    {"channels_opened", &ClientCounters::channels_opened},
    {"channels_lost", &ClientCounters::channels_lost},
    {"ready_taken", &ClientCounters::ready_taken},
    {"ready_missed", &ClientCounters::ready_missed},
    {"ready_unused", &ClientCounters::ready_unused},
    {"ready_lost", &ClientCounters::ready_lost},
    {"requests_repeated", &ClientCounters::requests_repeated},
    {"mux_connected", &ClientCounters::mux_connected},
    {"mux_lost", &ClientCounters::mux_lost},
    {"from_app", &ClientCounters::from_app},
    {"sent_on_channel", &ClientCounters::sent_on_channel},
    {"sent_on_mux", &ClientCounters::sent_on_mux},
    {"waiting", &ClientCounters::waiting},
    {"dropped_fragment", &ClientCounters::dropped_fragment},
    {"dropped_foreign", &ClientCounters::dropped_foreign},
    {"dropped_malformed", &ClientCounters::dropped_malformed},
    {"dropped_waiting_full", &ClientCounters::dropped_waiting_full},
    {"dropped_channel_full", &ClientCounters::dropped_channel_full},
    {"dropped_mux_full", &ClientCounters::dropped_mux_full},
    {"dropped_refused", &ClientCounters::dropped_refused},
    {"dropped_with_channel", &ClientCounters::dropped_with_channel},
    {"from_server", &ClientCounters::from_server},
    {"to_app", &ClientCounters::to_app},
    {"dropped_too_large", &ClientCounters::dropped_too_large},
    {"dropped_unpinned", &ClientCounters::dropped_unpinned},
    {"dropped_send_failed", &ClientCounters::dropped_send_failed},
};
static_assert(std::size(kClientCounters) * sizeof(std::uint64_t) == sizeof(ClientCounters));

template <class Counters>
std::string to_json(const Counters& counters, std::span<const Counter<Counters>> names) {
  std::string members;
  for (const auto& [name, value] : names) {
    members += fmt::format("{}\"{}\":{}", members.empty() ? "" : ",", name, counters.*value);
  }
  return "{" + members + "}";
}

}  // namespace

std::string to_json(const ServerRunner::Status& status, std::size_t heap_bytes) {
  return fmt::format(
      R"({{"role":"server","heap_bytes":{},"connections":{},"sessions":{},"mappings":{},)"
      R"("counters":{}}})",
      heap_bytes, status.connections, status.sessions, status.mappings,
      to_json<ServerCounters>(status.counters, kServerCounters));
}

std::string to_json(const ClientRunner::Status& status, std::size_t heap_bytes) {
  return fmt::format(R"({{"role":"client","heap_bytes":{},"locals":{},"server_connections":{},)"
                     R"("counters":{}}})",
                     heap_bytes, status.locals, status.server_connections,
                     to_json<ClientCounters>(status.counters, kClientCounters));
}

std::size_t heap_in_use() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace fullcone
