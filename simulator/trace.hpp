// Everything that happened on the network, in order: always hashed, so that two runs can be told
// apart, and shown line by line when somebody looks.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "simulator/content_hash.hpp"

namespace fullcone::sim {

enum class TraceKind : std::uint8_t {
  datagram_sent,
  datagram_lost,
  datagram_duplicated,
  datagram_arrived,
  datagram_unclaimed,   // nobody has bound the endpoint it went to
  datagram_translated,  // a NAT has let it through: its endpoints on the other side
  datagram_blocked,     // a NAT has not: its endpoints on this side, and why
  stream_dialled,
  stream_refused,
  stream_accepted,
  stream_bytes,   // read by the far end
  stream_ended,   // close_notify or FIN, as the far end reads it
  stream_closed,  // by its own end
  stream_lost,    // as one end notices
  port_opened,    // an external UDP port of a server
  port_closed,
  resolved,
  story,  // what a scenario does or finds
};

struct TraceRecord {
  TimePoint at;
  TraceKind kind{};
  Endpoint from;  // of streams, the end that wrote or acted
  Endpoint to;
  Content payload;        // valid while the record is added
  std::string_view note;  // likewise
};

class Trace {
 public:
  using Sink = std::function<void(std::string_view line)>;

  using Watch = std::function<void(const TraceRecord&)>;

  // Every further record is also told to `watch`.
  void watch(Watch watch) { watches_.push_back(std::move(watch)); }
  // Every further record is also shown to `sink` as one line of text.
  void show(Sink sink) { sink_ = std::move(sink); }
  // `name` stands for `ip` in what is shown.
  void name(const IpAddress& ip, std::string name) { names_[ip] = std::move(name); }
  const std::string& name_of(const IpAddress& ip);

  void add(const TraceRecord& record);
  // Of all records so far, in order, payloads included.
  std::uint64_t hash() const { return hash_; }

 private:
  std::string line(const TraceRecord& record);
  std::string place(const Endpoint& endpoint);

  std::uint64_t hash_ = 0;
  Sink sink_;
  std::vector<Watch> watches_;
  std::map<IpAddress, std::string> names_;
};

}  // namespace fullcone::sim
