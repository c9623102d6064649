// One TCP request on the server, or one connection relayed to the fallback: its target is dialled,
// then octets go both ways, with half-close. The driver holds back a side's reading while the other
// side's queue is full. Rules: TCP-1..3, RSP-0, RSP-1, AUTH-2.
#pragma once

#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "core/server_actions.hpp"
#include "core/target_dial.hpp"
#include "wire/address.hpp"

namespace fullcone {

class ServerTcpRelay {
 public:
  struct Options {
    TargetDial::Options dial;
    bool answer_v0 = false;  // send 00 00 once the target is there (RSP-0)
  };

  ServerTcpRelay(ConnectionId connection, Options options)
      : connection_(connection), answer_v0_(options.answer_v0), dial_(connection, options.dial) {}

  // Begins; `early` are octets of the client that are already here.
  void start(const Destination& destination, Bytes early, TimePoint now, ServerActions& out);

  void on_resolved(std::span<const IpAddress> addresses, TimePoint now, ServerActions& out);
  void on_target_connected(ServerActions& out);
  void on_target_failed(TimePoint now, ServerActions& out);
  void on_client_bytes(ByteView bytes, ServerActions& out);
  void on_client_end_of_stream(ServerActions& out);
  void on_client_lost(ServerActions& out);
  void on_target_bytes(ByteView bytes, ServerActions& out);
  void on_target_end_of_stream(ServerActions& out);
  void on_target_lost(ServerActions& out);

  void on_deadline(TimePoint now, ServerActions& out);
  std::optional<TimePoint> deadline() const { return dial_.deadline(); }  // of the dial in hand

 private:
  void close_unless_pending(TargetDial::Outcome outcome, ServerActions& out);
  void close(CloseKind kind, ServerActions& out);

  ConnectionId connection_;
  bool answer_v0_;
  TargetDial dial_;
  Bytes early_;
  bool relaying_ = false;
  bool client_ended_ = false;
  bool target_ended_ = false;
};

}  // namespace fullcone
