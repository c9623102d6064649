#include "core/egress_policy.hpp"

#include <algorithm>
#include <charconv>

namespace fullcone {
namespace {

// RFC 6890 and its successors in the IANA special-purpose registries, multicast and broadcast.
constexpr std::string_view kNotPublic[] = {
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",
    "::/96",         "::ffff:0:0:0/96", "64:ff9b::/96",   "64:ff9b:1::/48", "100::/64",
    "2001::/23",     "2001:db8::/32",   "2002::/16",      "3fff::/20",      "5f00::/16",
    "fc00::/7",      "fe80::/10",       "fec0::/10",      "ff00::/8",
};

bool equal_prefix(ByteView a, ByteView b, unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) {
    return false;
  }
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - bits % 8));
  return (a[whole] & mask) == (b[whole] & mask);
}

bool has_host_bits(ByteView address, unsigned prefix) {
  for (std::size_t bit = prefix; bit < address.size() * 8; ++bit) {
    if ((address[bit / 8] >> (7 - bit % 8) & 1) != 0) return true;
  }
  return false;
}

}  // namespace

bool Network::contains(const IpAddress& address) const {
  return address.family() == base.family() && equal_prefix(address.octets(), base.octets(), prefix);
}

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto base = IpAddress::parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  const auto widest = static_cast<unsigned>(base->octets().size() * 8);
  unsigned prefix = widest;
  if (slash != std::string_view::npos) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, prefix);
    if (error != std::errc{} || stop != end || prefix > widest) return std::nullopt;
  }
  if (has_host_bits(base->octets(), prefix)) return std::nullopt;
  return Network{*base, prefix};
}

EgressPolicy EgressPolicy::public_internet() {
  EgressPolicy policy;
  for (const auto text : kNotPublic) policy.deny(*Network::parse(text));
  return policy;
}

bool EgressPolicy::allows(const Endpoint& destination) const {
  if (destination.port == 0) return false;
  const auto covers = [&](const Network& network) { return network.contains(destination.ip); };
  return std::ranges::none_of(networks_, covers) &&
         std::ranges::find(endpoints_, destination) == endpoints_.end();
}

}  // namespace fullcone
