#include "conformance/bed/mux_stream.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace fullcone::conformance {
namespace {

// Waits for `done` as long as octets keep coming.
bool wait_while_coming(const MuxStream& stream, const std::function<bool()>& done) {
  for (;;) {
    const std::size_t before = stream.arrived();
    if (stream.mux().wait_until(done)) return true;
    if (stream.arrived() == before) return false;
  }
}

}  // namespace

// ----- TCP

MuxStream MuxStream::open(const Mux& mux, const Bytes& address) {
  const std::uint32_t id = mux.next_id();
  mux.expect_stream(id, false);
  mux.send(open_tcp_frame(id, address));
  return {mux, id};
}

void MuxStream::send(std::string_view octets) const {
  while (!octets.empty()) {
    mux_.wait_until([&] { return state().credit != 0 || state().reset; });
    if (state().credit == 0 || state().reset) {
      throw Unmet{"credit for " + std::to_string(octets.size()) + " octets more",
                  state().reset ? "RESET" : "none", "", !state().reset};
    }
    const std::size_t size =
        std::min({octets.size(), kFairData, static_cast<std::size_t>(state().credit)});
    state().credit -= size;
    mux_.send(data_frame(id_, octets.substr(0, size)));
    octets.remove_prefix(size);
  }
}

std::size_t MuxStream::send_until_stalled(std::size_t most) const {
  const std::string filler(kFairData, '.');
  std::size_t sent = 0;
  while (sent < most) {
    mux_.bed().run_until(
        [&] {
          mux_.look();
          return state().credit != 0 || state().reset;
        },
        mux_.bed().quiet_time() + mux_.bed().pace().slack);
    const std::size_t size =
        std::min({most - sent, filler.size(), static_cast<std::size_t>(state().credit)});
    if (size == 0 || state().reset) break;
    send(std::string_view(filler).substr(0, size));
    sent += size;
  }
  return sent;
}

std::string MuxStream::receive(std::size_t count) const {
  const bool came = wait_while_coming(*this, [&] {
    return state().unread().size() >= count || state().reset || mux_.connection().is_closed();
  });
  if (state().unread().size() < count) {
    throw Unmet{std::to_string(count) + " octets on stream " + std::to_string(id_),
                std::to_string(state().unread().size()) + (state().reset ? ", and RESET" : ""), "",
                !came};
  }
  std::string octets(state().unread().substr(0, count));
  state().taken += count;
  return octets;
}

std::string MuxStream::receive_all() const {
  const bool came = wait_while_coming(*this, [&] { return state().ended || state().reset; });
  if (!state().ended) {
    throw Unmet{"FIN of stream " + std::to_string(id_), state().reset ? "RESET" : "none", "",
                !came};
  }
  state().end_taken = true;
  return receive(state().unread().size());
}

void MuxStream::reset() const {
  state().given_up = true;
  state().end_taken = true;
  mux_.send(reset_frame(id_));
}

Finding MuxStream::is_reset(std::uint8_t reason) const {
  return conformance::is_reset(mux_, id_, reason);
}

// ----- UDP

MuxAssociation MuxAssociation::open(const Mux& mux) {
  const std::uint32_t id = mux.next_id();
  mux.expect_stream(id, true);
  mux.send(open_udp_frame(id));
  return {mux, id};
}

void MuxAssociation::send_to(const Destination& peer, std::string_view payload) const {
  mux_.send(datagram_frame(id_, peer, payload));
}

MuxDatagram MuxAssociation::receive() const {
  auto& datagrams = mux_.stream(id_).datagrams;
  const bool came = mux_.wait_until([&] {
    return !datagrams.empty() || mux_.stream(id_).reset || mux_.connection().is_closed();
  });
  if (datagrams.empty()) {
    throw Unmet{"a datagram on stream " + std::to_string(id_),
                mux_.stream(id_).reset ? "RESET" : mux_.connection().describe_now(), "", !came};
  }
  MuxDatagram datagram = std::move(datagrams.front());
  datagrams.pop_front();
  return datagram;
}

Endpoint MuxAssociation::external_port(const Peer& peer) const {
  const std::string probe = mux_.bed().unique("port?");
  send_to(peer.endpoint(), probe);
  return peer.receive_from(probe);
}

void MuxAssociation::end() const {
  mux_.stream(id_).given_up = true;
  mux_.stream(id_).end_taken = true;
  mux_.send(fin_frame(id_));
}

Finding MuxAssociation::is_reset(std::uint8_t reason) const {
  return conformance::is_reset(mux_, id_, reason);
}

Finding is_reset(const Mux& mux, std::uint32_t id, std::uint8_t reason) {
  const auto& reset = mux.stream(id).reset;
  mux.wait_until([&] { return reset.has_value() || mux.connection().is_closed(); });
  mux.stream(id).end_taken = reset.has_value();
  const std::string stream = "stream " + std::to_string(id);
  if (!reset) return {false, stream + " is not reset; " + mux.connection().describe_now()};
  return {*reset == reason || *reset == 0,
          stream + " is reset with reason " + std::to_string(static_cast<int>(*reset))};
}

}  // namespace fullcone::conformance
