// How a shard of the client carries out what its core orders.
#include <utility>

#include "base/overloaded.hpp"
#include "net/client_shard.hpp"
#include "net/client_sides.hpp"
#include "net/tcp_socket.hpp"

namespace fullcone {

void ClientShard::carry_out(client::Action& action) {
  const auto server = [this](ConnectionId id, auto&& act) {
    const auto found = links_.find(id);
    if (found != links_.end() && found->second.stream != nullptr) act(*found->second.stream);
  };
  const auto local = [this](LocalId id, auto&& act) {
    const auto found = locals_.find(id);
    if (found != locals_.end()) act(*found->second.stream);
  };
  std::visit(Overloaded{
                 [&](const client::Connect& order) { connect(order.connection); },
                 [&](const client::WriteServer& order) {
                   server(order.connection,
                          [&](Stream& stream) { stream.write(order.head.view(), order.payload); });
                 },
                 [&](const client::HalfCloseServer& order) {
                   server(order.connection, [](Stream& stream) { stream.end_output(); });
                 },
                 [&](const client::CloseServer& order) { close(order); },
                 [&](const client::WriteLocal& order) {
                   local(order.local, [&](Stream& stream) { stream.write(order.bytes); });
                 },
                 [&](const client::HalfCloseLocal& order) {
                   local(order.local, [](Stream& stream) { stream.end_output(); });
                 },
                 [&](const client::CloseLocal& order) { close(order); },
                 [&](const client::PauseLocal& order) {
                   local(order.local, [](Stream& stream) { stream.pause(); });
                 },
                 [&](const client::ResumeLocal& order) {
                   local(order.local, [](Stream& stream) { stream.resume(); });
                 },
                 [&](const client::Splice& order) { splice(order); },
                 [&](const client::OpenRelay& order) { open_relay(order); },
                 [&](const client::SendToApp& order) { send(order); },
                 [&](const client::CloseRelay& order) { close_relay(order.local); },
             },
             action);
}

void ClientShard::close(const client::CloseServer& order) {
  const auto found = links_.find(order.connection);
  if (found == links_.end()) return;
  if (found->second.stream != nullptr) found->second.stream->close(order.kind);
  links_.erase(found);
}

void ClientShard::close(const client::CloseLocal& order) {
  const auto found = locals_.find(order.local);
  if (found == locals_.end()) return;
  found->second.stream->close(order.kind);
  forget(order.local);
}

// From now on both sides may stand still as long as the apps at their ends like.
void ClientShard::splice(const client::Splice& order) {
  const auto local = locals_.find(order.local);
  const auto link = links_.find(order.connection);
  if (local == locals_.end() || link == links_.end()) return;
  if (!std::exchange(local->second.spliced, true)) ++tunnels_;
  local->second.stream->feed(*link->second.stream);
  link->second.stream->feed(*local->second.stream);
  set_patient_keep_alive(link->second.stream->fd(), site_.keep_alive);
}

// ----- relays

void ClientShard::open_relay(const client::OpenRelay& order) {
  const LocalId id = order.local;
  auto relay =
      UdpSocket::open(loop_.context(), batch_, {order.address, 0},
                      [this, id](const DatagramBatch::Part& part) { on_datagrams(id, part); });
  if (relay == nullptr) {
    return facts_.tell([id](Client& core, TimePoint now, ClientActions& out) {
      core.on_relay_failed(id, now, out);
    });
  }
  const Endpoint bound = relay->local();
  relays_.emplace(id, std::move(relay));
  facts_.tell([id, bound](Client& core, TimePoint now, ClientActions& out) {
    core.on_relay_opened(id, bound, now, out);
  });
}

void ClientShard::send(const client::SendToApp& order) {
  const auto found = relays_.find(order.local);
  if (found == relays_.end()) return core_.on_send_failed();
  if (sending_ != order.local || sends_.full()) flush_datagrams();
  sending_ = order.local;
  sends_.add(order.app, order.head.view(), order.payload);
}

void ClientShard::flush_datagrams() {
  if (sends_.empty()) return;
  const std::size_t failed = relays_.at(sending_)->send(sends_);
  for (std::size_t i = 0; i < failed; ++i) core_.on_send_failed();
}

void ClientShard::close_relay(LocalId id) {
  flush_datagrams();
  const auto found = relays_.find(id);
  if (found == relays_.end()) return;
  found->second->close();
  relays_.erase(found);
}

}  // namespace fullcone
