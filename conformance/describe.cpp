#include "conformance/describe.hpp"

#include <algorithm>

namespace fullcone::conformance {
namespace {

constexpr std::size_t kTextShown = 48;

}  // namespace

std::string hex_of(ByteView bytes, std::size_t most) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const auto octet : bytes.first(std::min(most, bytes.size()))) {
    text += kDigits[octet >> 4];
    text += kDigits[octet & 15];
  }
  if (bytes.size() > most) text += "… and " + std::to_string(bytes.size() - most) + " more";
  return text;
}

std::string describe(std::string_view payload) {
  if (payload.empty()) return "\"\" (no octets)";
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  std::string text;
  if (std::ranges::all_of(payload.substr(0, kTextShown), printable)) {
    text = '"' + std::string(payload.substr(0, kTextShown)) +
           (payload.size() > kTextShown ? "…\" " : "\" ");
  }
  return text + '(' + std::to_string(payload.size()) + " octets: " + hex_of(as_bytes(payload)) +
         ')';
}

std::string describe(const Bytes& bytes) {
  return std::to_string(bytes.size()) + " octets: " + hex_of(bytes);
}

std::string describe(bool value) { return value ? "true" : "false"; }
std::string describe(std::uint64_t value) { return std::to_string(value); }
std::string describe(int value) { return std::to_string(value); }

std::string describe(Duration value) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(value).count();
  if (micros < 1000) return std::to_string(micros) + " us";
  if (micros < 10'000'000) return std::to_string(micros / 1000) + " ms";
  return std::to_string(micros / 1'000'000) + " s";
}

std::string describe(const IpAddress& address) { return address.to_string(); }
std::string describe(const Endpoint& endpoint) { return endpoint.to_string(); }
std::string describe(const Destination& destination) { return to_string(destination); }
std::string describe(const Uuid& id) { return id.to_string(); }

std::string describe(Command command) {
  switch (command) {
    case Command::tcp:
      return "TCP";
    case Command::udp:
      return "UDP";
    case Command::mux:
      return "MUX";
    case Command::crumfurs:
      return "CRUMFURS";
  }
  return "command " + std::to_string(static_cast<int>(command));
}

std::string describe(Stream::State state) {
  switch (state) {
    case Stream::State::opening:
      return "still opening";
    case Stream::State::open:
      return "open";
    case Stream::State::ended:
      return "ended cleanly";
    case Stream::State::lost:
      return "cut";
  }
  return "?";
}

std::string describe(const Datagram& datagram) {
  return describe(datagram.payload) + " from " + describe(datagram.source);
}

}  // namespace fullcone::conformance
