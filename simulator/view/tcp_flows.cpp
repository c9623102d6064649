#include "simulator/view/tcp_flows.hpp"

#include "simulator/view/packet.hpp"

namespace fullcone::sim {
namespace {

constexpr std::uint32_t kFirstOfDialler = 1000;
constexpr std::uint32_t kFirstOfAcceptor = 5000;

}  // namespace

std::vector<Bytes> TcpFlows::packets(const TraceRecord& record) {
  std::vector<Bytes> out;
  if (record.kind == TraceKind::stream_dialled) dial(record, out);
  const bool by_dialler = flows_.contains({record.from, record.to});
  const auto found =
      flows_.find(by_dialler ? Key{record.from, record.to} : Key{record.to, record.from});
  if (found == flows_.end() || found->second.reset) return out;
  Flow& flow = found->second;
  End& from = flow.ends[by_dialler ? 0 : 1];
  End& to = flow.ends[by_dialler ? 1 : 0];
  switch (record.kind) {
    case TraceKind::stream_accepted:
      accept(flow, out);
      break;
    case TraceKind::stream_refused:
      out.push_back(tcp_packet(to.endpoint, from.endpoint, {0, from.next, kRst | kAck}));
      flow.reset = true;
      break;
    case TraceKind::stream_bytes:
      if (flow.up && !from.fin_sent) send(from, to, kPsh | kAck, record.payload.octets, out);
      break;
    case TraceKind::stream_ended:
      if (flow.up && !from.fin_sent) send(from, to, kFin | kAck, {}, out);
      from.fin_sent = true;
      break;
    case TraceKind::stream_closed:
      from.closed = true;
      break;
    case TraceKind::stream_lost:
      if (flow.up) reset(flow, from, to, out);
      break;
    case TraceKind::stream_dialled:
    case TraceKind::datagram_sent:
    case TraceKind::datagram_lost:
    case TraceKind::datagram_duplicated:
    case TraceKind::datagram_arrived:
    case TraceKind::datagram_unclaimed:
    case TraceKind::datagram_translated:
    case TraceKind::datagram_blocked:
    case TraceKind::port_opened:
    case TraceKind::port_closed:
    case TraceKind::resolved:
    case TraceKind::story:
      break;
  }
  return out;
}

// One that has the endpoints of an earlier connection takes its place.
void TcpFlows::dial(const TraceRecord& record, std::vector<Bytes>& out) {
  if (record.from.family() != record.to.family()) return;
  Flow flow;
  flow.ends[0] = {record.from, kFirstOfDialler + 1};
  flow.ends[1] = {record.to, kFirstOfAcceptor};
  flows_[{record.from, record.to}] = flow;
  out.push_back(tcp_packet(record.from, record.to, {kFirstOfDialler, 0, kSyn}));
}

void TcpFlows::accept(Flow& flow, std::vector<Bytes>& out) {
  End& dialler = flow.ends[0];
  End& acceptor = flow.ends[1];
  flow.up = true;
  out.push_back(tcp_packet(acceptor.endpoint, dialler.endpoint,
                           {acceptor.next++, dialler.next, kSyn | kAck}));
  out.push_back(
      tcp_packet(dialler.endpoint, acceptor.endpoint, {dialler.next, acceptor.next, kAck}));
}

// The trace tells of octets when they are read: they are acknowledged at once.
void TcpFlows::send(End& from, End& to, std::uint8_t flags, ByteView payload,
                    std::vector<Bytes>& out) {
  out.push_back(tcp_packet(from.endpoint, to.endpoint, {from.next, to.next, flags}, payload));
  from.next += static_cast<std::uint32_t>(payload.size()) + ((flags & kFin) != 0 ? 1 : 0);
  out.push_back(tcp_packet(to.endpoint, from.endpoint, {to.next, from.next, kAck}));
}

// By the end that has closed already, or else by the one that gives up.
void TcpFlows::reset(Flow& flow, End& noticing, End& other, std::vector<Bytes>& out) {
  End& by = other.closed ? other : noticing;
  End& against = other.closed ? noticing : other;
  flow.reset = true;
  out.push_back(tcp_packet(by.endpoint, against.endpoint, {by.next, against.next, kRst | kAck}));
}

}  // namespace fullcone::sim
