// How something that carries UDP between an inside and an outside behaves, in RFC 4787's words:
// what a run has seen of it, or what it is expected to be. Written
// "mapping=EIM,filtering=ADF,hairpin=yes,ports=random,parity=no,pooling=paired,lifetime>=120s".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "conformance/nat_type.hpp"

namespace fullcone::conformance {

// Section 6: which source a hairpinned datagram shows.
enum class Hairpinning : std::uint8_t {
  none,
  external_source,
  internal_source,
  wrong_source,  // neither
};
// Section 4.2.1.
enum class PortAssignment : std::uint8_t {
  untranslated,  // nothing is: the internal endpoint is what peers see
  preservation,
  overloading,
  sequential,
  random,
};
// Section 4.1, with several external addresses.
enum class Pooling : std::uint8_t { one_address, paired, arbitrary };
// How long an idle mapping is known to live, and after how long it was known to be gone.
struct Lifetime {
  Duration at_least{};
  std::optional<Duration> at_most;
  bool operator==(const Lifetime&) const = default;
};

// Empty: it was not seen, or nothing is expected.
struct NatBehaviour {
  std::optional<Dependence> mapping;
  std::optional<Dependence> filtering;
  std::optional<Hairpinning> hairpinning;
  std::optional<PortAssignment> ports;
  std::optional<bool> parity;
  std::optional<Pooling> pooling;
  std::optional<Lifetime> lifetime;
  bool operator==(const NatBehaviour&) const = default;
};

// What a run has seen, and of what it has not, why: "pooling: there is one address only".
struct Classification {
  NatBehaviour seen;
  std::vector<std::string> unseen;
};
// The part of it that has a picture; nullopt: mapping or filtering was not seen.
std::optional<NatType> nat_type_of(const NatBehaviour& behaviour);

// "EIM", "ADM", "APDM"; "EIF", "ADF", "APDF".
std::string mapping_name(Dependence mapping);
std::string filtering_name(Dependence filtering);
std::string describe(Hairpinning hairpinning);
std::string describe(PortAssignment ports);
std::string describe(Pooling pooling);
std::string describe(const Lifetime& lifetime);
// "mapping EIM", "filtering APDF", …: what there is, one property each.
std::vector<std::string> words_of(const NatBehaviour& behaviour);

// Throws std::invalid_argument, which says what it could have been.
NatBehaviour parse_behaviour(std::string_view text);

}  // namespace fullcone::conformance
