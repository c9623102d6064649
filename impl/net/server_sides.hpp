// The two sides of the server, clients and TCP targets, each telling the shard's core what its
// streams report.
#pragma once

#include "net/server_shard.hpp"

namespace fullcone {

class ServerShard::ClientSide final : public Stream::Owner {
 public:
  explicit ClientSide(ServerShard& shard) : shard_(shard) {}

  void on_opened(Stream& stream) override { shard_.on_handshake_done(id_of(stream)); }
  void on_open_failed(Stream& stream, ConnectFailure) override {
    shard_.on_handshake_failed(id_of(stream), stream);
  }
  void on_bytes(Stream& stream, ByteView bytes) override {
    shard_.facts_.tell([&](Server& core, TimePoint now, ServerActions& out) {
      core.on_bytes(id_of(stream), bytes, now, out);
    });
  }
  void on_end_of_stream(Stream& stream) override {
    shard_.facts_.tell([id = id_of(stream)](Server& core, TimePoint now, ServerActions& out) {
      core.on_end_of_stream(id, now, out);
    });
  }
  void on_lost(Stream& stream) override {
    shard_.connections_.erase(id_of(stream));
    shard_.facts_.tell([id = id_of(stream)](Server& core, TimePoint now, ServerActions& out) {
      core.on_connection_lost(id, now, out);
    });
  }
  void on_written(Stream& stream, std::size_t octets) override {
    const ConnectionId id = id_of(stream);
    if (!shard_.core_.on_written(id, octets)) return;
    shard_.facts_.tell(
        [id](Server& core, TimePoint now, ServerActions& out) { core.on_room(id, now, out); });
  }

 private:
  static ConnectionId id_of(const Stream& stream) { return ConnectionId{stream.id().number}; }

  ServerShard& shard_;
};

class ServerShard::TargetSide final : public Stream::Owner {
 public:
  explicit TargetSide(ServerShard& shard) : shard_(shard) {}

  void on_opened(Stream& stream) override { shard_.on_target_connected(id_of(stream)); }
  void on_open_failed(Stream& stream, ConnectFailure) override {
    shard_.close_target(id_of(stream), CloseKind::abort);
    shard_.facts_.tell([id = id_of(stream)](Server& core, TimePoint now, ServerActions& out) {
      core.on_target_failed(id, now, out);
    });
  }
  void on_bytes(Stream& stream, ByteView bytes) override {
    shard_.facts_.tell([&](Server& core, TimePoint now, ServerActions& out) {
      core.on_target_bytes(id_of(stream), bytes, now, out);
    });
  }
  void on_end_of_stream(Stream& stream) override {
    shard_.facts_.tell([id = id_of(stream)](Server& core, TimePoint now, ServerActions& out) {
      core.on_target_end_of_stream(id, now, out);
    });
  }
  void on_lost(Stream& stream) override {
    shard_.close_target(id_of(stream), CloseKind::abort);
    shard_.facts_.tell([id = id_of(stream)](Server& core, TimePoint now, ServerActions& out) {
      core.on_target_lost(id, now, out);
    });
  }
  void on_written(Stream& stream, std::size_t octets) override {
    const auto id = shard_.core_.on_target_written(id_of(stream), octets);
    if (!id) return;
    shard_.facts_.tell([id = *id](Server& core, TimePoint now, ServerActions& out) {
      core.on_room(id, now, out);
    });
  }

 private:
  static TargetId id_of(const Stream& stream) {
    return {ConnectionId{stream.id().number}, mux::StreamId{stream.id().part}};
  }

  ServerShard& shard_;
};

}  // namespace fullcone
