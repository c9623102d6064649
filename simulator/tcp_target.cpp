#include "simulator/tcp_target.hpp"

namespace fullcone::sim {

TcpTarget::TcpTarget(Network& network, const Endpoint& endpoint, TcpManner manner)
    : manner_(manner), listener_(network, endpoint) {
  if (manner == TcpManner::refuse) listener_.stop();
  if (manner == TcpManner::hang) listener_.swallow();
  listener_.on_connection = [this](RawStream& stream) {
    stream.on_change = [this](RawStream& changed) { on_change(changed); };
    if (manner_ == TcpManner::greet_and_finish) {
      stream.send("hello");
      stream.half_close();
    }
  };
}

void TcpTarget::on_change(RawStream& stream) {
  const Bytes octets = stream.take();
  append(received_, octets);
  if (manner_ == TcpManner::echo || manner_ == TcpManner::reset_midway) stream.send(octets);
  if (manner_ == TcpManner::reset_midway && received_.size() >= kResetAfter) stream.cut();
  if (stream.ended()) stream.close_clean();
}

}  // namespace fullcone::sim
