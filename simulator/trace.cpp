#include "simulator/trace.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace fullcone::sim {
namespace {

struct Wording {
  std::string_view arrow;
  std::string_view words;
};

Wording wording(TraceKind kind) {
  switch (kind) {
    case TraceKind::datagram_sent:
      return {"-->", "udp"};
    case TraceKind::datagram_lost:
      return {"--x", "udp lost"};
    case TraceKind::datagram_duplicated:
      return {"==>", "udp doubled"};
    case TraceKind::datagram_arrived:
      return {"-->|", "udp in"};
    case TraceKind::datagram_unclaimed:
      return {"-->?", "udp to nobody"};
    case TraceKind::datagram_translated:
      return {"-->", "udp through a NAT"};
    case TraceKind::datagram_blocked:
      return {"--x", "udp blocked by a NAT"};
    case TraceKind::stream_dialled:
      return {"==>", "dials"};
    case TraceKind::stream_refused:
      return {"==x", "is refused"};
    case TraceKind::stream_accepted:
      return {"==>|", "is accepted"};
    case TraceKind::stream_bytes:
      return {"==>|", "bytes"};
    case TraceKind::stream_ended:
      return {"==>|", "end of stream"};
    case TraceKind::stream_closed:
      return {"==.", "closes"};
    case TraceKind::stream_lost:
      return {"==x", "finds it lost"};
    case TraceKind::port_opened:
      return {"", "port opened"};
    case TraceKind::port_closed:
      return {"", "port closed"};
    case TraceKind::resolved:
      return {"", "resolved"};
    case TraceKind::story:
      return {"", "##"};
  }
  return {};
}

// The payload as text where it is text, in hex where it is not; 24 octets of it.
std::string excerpt(ByteView payload) {
  const ByteView shown = payload.first(std::min<std::size_t>(payload.size(), 24));
  const bool printable =
      std::ranges::all_of(shown, [](std::uint8_t octet) { return octet >= 0x20 && octet < 0x7f; });
  std::string text = std::to_string(payload.size());
  if (shown.empty()) return text;
  text += printable ? " '" + std::string(as_text(shown)) + "'" : " ";
  for (std::size_t i = 0; !printable && i < shown.size(); ++i) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", shown[i]);
    text += digits.data();
  }
  return shown.size() < payload.size() ? text + "..." : text;
}

}  // namespace

const std::string& Trace::name_of(const IpAddress& ip) {
  auto& name = names_[ip];
  if (name.empty()) name = ip.to_string();
  return name;
}

void Trace::add(const TraceRecord& record) {
  const auto instant = static_cast<std::uint64_t>(record.at.time_since_epoch().count());
  const std::uint64_t ends = EndpointHash{EndpointHash{instant}(record.from)}(record.to);
  std::uint64_t content = record.payload.hash;
  if (!record.note.empty()) content = content_hash(content, as_bytes(record.note));
  hash_ = seeded_hash(hash_, ends, content, static_cast<std::uint64_t>(record.kind));
  if (sink_) sink_(line(record));
  for (const Watch& watch : watches_) watch(record);
}

std::string Trace::line(const TraceRecord& record) {
  const auto nanoseconds = record.at.time_since_epoch().count();
  std::array<char, 32> time{};
  std::snprintf(time.data(), time.size(), "%9lld.%06lld",
                static_cast<long long>(nanoseconds / 1'000'000'000),
                static_cast<long long>(nanoseconds / 1000 % 1'000'000));
  const Wording words = wording(record.kind);
  std::string text = time.data();
  text += "  ";
  if (record.from.port != 0) text += place(record.from) + ' ';
  if (record.to.port != 0) text += std::string(words.arrow) + ' ' + place(record.to) + ' ';
  text += words.words;
  if (!record.payload.octets.empty() || words.words.starts_with("udp")) {
    text += ' ' + excerpt(record.payload.octets);
  }
  if (!record.note.empty()) text += ' ' + std::string(record.note);
  return text;
}

std::string Trace::place(const Endpoint& endpoint) {
  return name_of(endpoint.ip) + ':' + std::to_string(endpoint.port);
}

}  // namespace fullcone::sim
