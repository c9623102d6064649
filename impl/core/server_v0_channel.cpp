#include "core/server_v0_channel.hpp"

#include "wire/datagram_frame.hpp"

namespace fullcone {

void ServerV0Channel::start(TimePoint now, ServerActions& out) {
  traffic_ = MappingTraffic::opened(now);
  ++counters_.mappings_opened;
  out.push(server::OpenMapping{mapping_, destination_.family()});
}

void ServerV0Channel::on_bytes(ByteView bytes, TimePoint now, ServerActions& out) {
  frames_.feed(bytes, out, [&](ByteView payload) {
    ++counters_.frames_in;
    if (payload.size() > max_udp_payload(destination_.family())) {
      ++counters_.dropped_too_large_out;
    } else {
      ++counters_.datagrams_sent;
      traffic_.last_outbound = now;
      out.push(server::SendDatagram{mapping_, destination_, payload});
    }
    return true;
  });
}

void ServerV0Channel::on_datagram(const Endpoint& source, ByteView payload, TimePoint now,
                                  ServerActions& out) {
  ++counters_.datagrams_in;
  if (source != destination_) {
    ++counters_.dropped_stranger_v0;
    return;
  }
  traffic_.last_inbound = now;
  FrameHead head;
  if (!answered_) head.u8(0).u8(0);
  head.append(datagram_frame_head(payload.size()).view());
  if (!budget_.take(head.size() + payload.size(), now)) {
    ++counters_.dropped_channel_full;
    return;
  }
  answered_ = true;
  ++counters_.delivered_on_channel;
  out.push(server::Write{connection_, head, payload});
}

void ServerV0Channel::on_deadline(TimePoint now, ServerActions& out) {
  if (deadline() > now) return;
  ++counters_.mappings_expired;
  out.push(server::CloseMapping{mapping_});
  out.push(server::Close{connection_});
}

}  // namespace fullcone
