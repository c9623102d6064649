#include "simulator/view/chart.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "wire/request_header.hpp"

namespace fullcone::sim {
namespace {

constexpr std::size_t kTimeWidth = 14;
constexpr std::size_t kPage = 120;        // columns of text
constexpr std::size_t kRowsPerPage = 40;  // until the names are repeated
constexpr std::uint16_t kServerPort = 443;

std::string port(const Endpoint& endpoint) { return ':' + std::to_string(endpoint.port); }

std::string time_of(TimePoint at) {
  std::array<char, 32> text{};
  const auto nanoseconds = static_cast<long long>(at.time_since_epoch().count());
  std::snprintf(text.data(), text.size(), "%5lld.%06lld  ", nanoseconds / 1'000'000'000,
                nanoseconds / 1'000 % 1'000'000);
  return text.data();
}

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text + '\n';
}

std::string name_of(const RequestHeader& request) {
  switch (request.command) {
    case Command::tcp:
      return "TCP " + to_string(*request.destination);
    case Command::udp:
      return "UDP " + to_string(*request.destination);
    case Command::mux:
      return "MUX";
    case Command::crumfurs:
      return "CRUMFURS";
  }
  return {};
}

void write_at(std::string& line, std::size_t place, const std::string& text) {
  if (line.size() < place + text.size()) line.resize(place + text.size(), ' ');
  line.replace(place, text.size(), text);
}

}  // namespace

void Chart::add(const TraceRecord& record, Trace& trace) {
  switch (record.kind) {
    case TraceKind::datagram_sent:
    case TraceKind::datagram_duplicated:
      return;
    case TraceKind::datagram_arrived:
    case TraceKind::datagram_lost:
    case TraceKind::datagram_unclaimed:
    case TraceKind::datagram_translated:
    case TraceKind::datagram_blocked:
      return add_datagram(record, trace);
    case TraceKind::stream_dialled:
    case TraceKind::stream_refused:
    case TraceKind::stream_accepted:
    case TraceKind::stream_bytes:
    case TraceKind::stream_ended:
    case TraceKind::stream_closed:
    case TraceKind::stream_lost:
      return add_stream(record, trace);
    case TraceKind::port_opened:
    case TraceKind::port_closed: {
      const std::size_t at = column(record.from, trace);
      const bool opened = record.kind == TraceKind::port_opened;
      rows_.push_back({record.at, at, at, ' ', '*',
                       std::string(opened ? "opens " : "closes ") + port(record.from)});
      return;
    }
    case TraceKind::resolved:
    case TraceKind::story:
      return add_story(record);
  }
}

void Chart::add_story(const TraceRecord& record) {
  const std::string what = record.kind == TraceKind::resolved ? "resolved " : "";
  rows_.push_back({record.at, 0, 0, ' ', ' ', what + std::string(record.note), true});
}

void Chart::add_datagram(const TraceRecord& record, Trace& trace) {
  Row row{record.at, column(record.from, trace), column(record.to, trace)};
  row.label = "udp " + port(record.from) + '>' + port(record.to);
  if (record.kind == TraceKind::datagram_arrived) {
    row.label += ' ' + std::to_string(record.payload.octets.size()) + 'B';
  } else if (record.kind == TraceKind::datagram_translated) {
    row.label += " past a NAT";
  } else {
    row.head = 'x';
    row.label += record.kind == TraceKind::datagram_lost ? " lost"
                 : record.kind == TraceKind::datagram_unclaimed
                     ? " to nobody"
                     : " blocked " + std::string(record.note);
  }
  rows_.push_back(std::move(row));
}

void Chart::add_stream(const TraceRecord& record, Trace& trace) {
  Row row{record.at, column(record.from, trace), column(record.to, trace), '='};
  const std::string size = std::to_string(record.payload.octets.size()) + 'B';
  switch (record.kind) {
    case TraceKind::stream_dialled:
      row.label = "dials from " + port(record.from);
      break;
    case TraceKind::stream_accepted:
      row.label = "accepted " + port(record.from);
      break;
    case TraceKind::stream_bytes:
      row.label = port(record.from) + '>' + port(record.to) + ' ' + size + request(record);
      break;
    case TraceKind::stream_ended:
      row.label = port(record.from) + '>' + port(record.to) + " end";
      break;
    default:  // what one end does or notices
      row.to = row.from;
      row.label = port(record.from) + '-' + port(record.to);
      row.label += record.kind == TraceKind::stream_closed    ? " closes"
                   : record.kind == TraceKind::stream_refused ? " is refused"
                                                              : " is lost";
      break;
  }
  rows_.push_back(std::move(row));
}

// " request UDP 46.0.0.1:7000" with the octets that complete one to a server.
std::string Chart::request(const TraceRecord& record) {
  if (record.to.port != kServerPort) return {};
  auto& octets = requests_.try_emplace({record.from, record.to}, Bytes{}).first->second;
  if (!octets) return {};
  append(*octets, record.payload.octets);
  const auto parsed = parse_request_header(*octets);
  if (parsed.needs_more()) return {};
  octets.reset();
  return parsed.parsed() ? " request " + name_of(parsed.value()) : " no request";
}

std::size_t Chart::column(const Endpoint& endpoint, Trace& trace) {
  const auto [found, added] = columns_.try_emplace(endpoint.ip, names_.size());
  if (added) names_.push_back(trace.name_of(endpoint.ip));
  return found->second;
}

// ----- as text

std::string Chart::text() const {
  std::string text;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (i % kRowsPerPage == 0) text += heading() + trimmed(rails());
    text += line(rows_[i]);
  }
  return text;
}

std::size_t Chart::width() const {
  const std::size_t columns = std::max<std::size_t>(names_.size(), 1);
  return std::clamp<std::size_t>((kPage - kTimeWidth) / columns, 15, 40);
}

std::string Chart::heading() const {
  std::string text = "        time  ";
  for (const std::string& name : names_) {
    std::string cell = name.substr(0, width() - 1);
    cell.resize(width(), ' ');
    text += cell;
  }
  return trimmed(std::move(text));
}

std::string Chart::rails() const {
  std::string text(kTimeWidth, ' ');
  for (std::size_t i = 0; i < names_.size(); ++i) {
    text += '|';
    text.append(width() - 1, ' ');
  }
  return text;
}

// The label stands in the arrow, or beside it where there is room.
std::string Chart::line(const Row& row) const {
  if (row.is_story) {
    const bool is_finding = row.label.starts_with("BROKEN");
    return time_of(row.at) + (is_finding ? "!!!! " : "---- ") + row.label + '\n';
  }
  std::string text = rails();
  text.replace(0, kTimeWidth, time_of(row.at));
  const std::size_t left = kTimeWidth + std::min(row.from, row.to) * width();
  const std::size_t right = kTimeWidth + std::max(row.from, row.to) * width();
  if (left == right) {
    write_at(text, left, "*");
  } else {
    write_at(text, left + 1, std::string(right - left - 1, row.line));
    const bool rightward = row.from < row.to;
    const char head = row.head == 'x' ? 'x' : rightward ? '>' : '<';
    write_at(text, rightward ? right - 1 : left + 1, std::string(1, head));
  }
  const std::size_t room = right - left;
  if (room > row.label.size() + 4) {
    write_at(text, left + 2 + (room - 4 - row.label.size()) / 2, ' ' + row.label + ' ');
  } else if (right + 2 + row.label.size() <= std::max(kPage, text.size()) ||
             left < kTimeWidth + row.label.size() + 2) {
    write_at(text, right + 2, row.label + ' ');
  } else {
    write_at(text, left - row.label.size() - 2, row.label + ' ');
  }
  return trimmed(std::move(text));
}

}  // namespace fullcone::sim
