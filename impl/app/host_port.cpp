#include "app/host_port.hpp"

namespace fullcone {

bool is_host_name(std::string_view text) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  constexpr std::string_view kDigits = "0123456789";
  const auto last_label = text.substr(text.rfind('.') + 1);
  return !text.empty() && text.size() <= 253 && text.find_first_not_of(kLetters) == text.npos &&
         last_label.find_first_not_of(kDigits) != last_label.npos;
}

std::optional<Destination> parse_host_port(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto host = text.substr(0, colon);
  // A port reads the same after an address.
  const auto with_port =
      Endpoint::parse(is_host_name(host) ? "0.0.0.0" + text.substr(colon) : text);
  if (!with_port || with_port->port == 0) return std::nullopt;
  if (is_host_name(host)) return NamedEndpoint{host, with_port->port};
  return *with_port;
}

}  // namespace fullcone
