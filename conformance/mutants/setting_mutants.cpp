// Servers whose bounds are not the protocol's: the honest core with settings that it would not be
// given.
#include "conformance/mutants/mutant.hpp"

namespace fullcone::conformance {
namespace {

template <class Change>
Mutant tuned(std::string_view rule, std::string_view fault, Change change) {
  return {rule, fault, Side::server, {}, [change](ServerSettings& server, ClientSettings&) {
            change(server.limits);
          }};
}

constexpr std::size_t kEndless = 1u << 30;

}  // namespace

std::vector<Mutant> setting_mutants() {
  return {
      tuned("HDR-6", "waits for ever for a header",
            [](ServerLimits& limits) { limits.header_timeout = 24h; }),
      tuned("HDR-6", "gives a header one second",
            [](ServerLimits& limits) { limits.header_timeout = 1s; }),
      tuned("CRUM-8", "has no grace period",
            [](ServerLimits& limits) { limits.session.grace = 1ms; }),
      tuned("CRUM-8", "has an endless grace period",
            [](ServerLimits& limits) { limits.session.grace = 24h; }),
      tuned("CRUM-10", "queues without bound for a slow reader",
            [](ServerLimits& limits) { limits.session.crumfurs_queue_bytes = kEndless; }),
      tuned("CONE-11", "expires a mapping within two minutes",
            [](ServerLimits& limits) { limits.session.mapping_idle = 60s; }),
      tuned("CONE-11", "keeps an idle mapping for ever",
            [](ServerLimits& limits) { limits.session.mapping_idle = 24h; }),
      tuned("CONE-11", "lets inbound alone keep a mapping for ever",
            [](ServerLimits& limits) { limits.session.mapping_inbound_only = 1000h; }),
      tuned("CONE-11", "is not refreshed by what comes in",
            [](ServerLimits& limits) { limits.session.mapping_inbound_only = 300s; }),
      tuned("CONE-12", "remembers every peer it heard",
            [](ServerLimits& limits) { limits.session.heard = kEndless; }),
      tuned("CONE-12", "remembers one peer only",
            [](ServerLimits& limits) { limits.session.heard = 1; }),
  };
}

}  // namespace fullcone::conformance
