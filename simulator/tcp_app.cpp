#include "simulator/tcp_app.hpp"

#include <utility>

namespace fullcone::sim {

TcpApp::TcpApp(Network& network, const IpAddress& ip, const Endpoint& client,
               const Destination& target, std::optional<socks5::Credentials> credentials)
    : stream_(network.dial({ip, network.next_port(ip)}, client, {.handshake_round_trips = 1}),
              RawStream::State::connecting),
      handshake_(socks5::Command::connect, target, std::move(credentials)) {
  stream_.on_change = [this](RawStream&) { on_change(); };
}

void TcpApp::send(ByteView octets) {
  if (connected()) {
    stream_.send(octets);
  } else {
    append(early_, octets);
  }
}

void TcpApp::half_close() {
  half_close_wanted_ = true;
  if (connected()) stream_.half_close();
}

void TcpApp::on_change() {
  if (!connected()) {
    handshake_.advance(stream_);
    if (!connected()) return;
    stream_.send(std::exchange(early_, {}));
    if (half_close_wanted_) stream_.half_close();
  }
  append(received_, stream_.take());
}

}  // namespace fullcone::sim
