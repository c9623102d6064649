// What a client must do about one CONNECT of an app: pass on octets, and the end of each direction.
// Part of ReferenceClient. Rules: TCP-1, TCP-2.
#pragma once

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "wire/address.hpp"

namespace fullcone::sim {

class ReferenceTunnel {
 public:
  // The rule that was broken; empty: none.
  using Broken = std::string_view;

  ReferenceTunnel(Destination target, Bytes early)
      : target_(std::move(target)), to_server_(std::move(early)) {}

  const Destination& target() const { return target_; }

  // ----- facts
  void on_connected() {
    connected_ = true;
    doubted_ = false;
  }
  void on_local_bytes(ByteView bytes) { append(to_server_, bytes); }
  void on_server_bytes(ByteView bytes) { append(to_local_, bytes); }
  void on_local_end() { local_ended_ = true; }
  void on_server_end() { server_ended_ = true; }
  void on_failed() { failed_ = true; }
  // A connection has come to nothing that may have been its own.
  void on_doubted() { doubted_ = true; }
  // Its connection was ready and has come to nothing: the request is to be made again.
  void on_repeated() { connected_ = server_told_ = false; }

  // ----- orders
  Broken on_server_written(ByteView octets) { return take(to_server_, octets); }
  // Not the proxy's own reply, which is written when it is connected.
  Broken on_local_written(ByteView octets) { return take(to_local_, octets); }
  Broken on_server_half_closed() {
    server_told_ = true;
    return local_ended_ ? Broken{} : "TCP-2";
  }
  Broken on_local_half_closed() {
    local_told_ = true;
    return server_ended_ ? Broken{} : "TCP-2";
  }
  Broken on_closed() const {
    return failed_ || doubted_ || (local_ended_ && server_ended_) ? Broken{} : "TCP-2";
  }

  // All orders of a fact have been carried out, and it is still open. `held_back`: what is for the
  // server may wait, as on a mux connection.
  Broken on_settled(bool held_back = false) {
    if (!connected_) return {};
    if (failed_ || (local_ended_ && server_ended_ && !held_back)) return "TCP-2";
    const bool passed_on = (to_server_.empty() || held_back) && to_local_.empty();
    if (!held_back) to_server_.clear();
    to_local_.clear();
    if (!passed_on) return "TCP-1";
    const bool untold =
        (local_ended_ && !server_told_ && !held_back) || (server_ended_ && !local_told_);
    if (!held_back) server_told_ = local_ended_;
    local_told_ = server_ended_;
    return untold ? "TCP-2" : Broken{};
  }

 private:
  static Broken take(Bytes& due, ByteView octets) {
    const bool is_good =
        octets.size() <= due.size() && std::equal(octets.begin(), octets.end(), due.begin());
    if (!is_good) return "TCP-1";
    due.erase(due.begin(), due.begin() + static_cast<std::ptrdiff_t>(octets.size()));
    return {};
  }

  Destination target_;
  bool connected_ = false;
  bool failed_ = false;  // an end is lost
  bool doubted_ = false;
  bool local_ended_ = false;
  bool server_ended_ = false;
  bool server_told_ = false;  // of the app's end
  bool local_told_ = false;   // of the server's
  Bytes to_server_;
  Bytes to_local_;
};

}  // namespace fullcone::sim
