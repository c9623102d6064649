// The two ends of the client's work, apps and the server, each telling the shard's core what its
// streams report.
#pragma once

#include "net/client_shard.hpp"

namespace fullcone {

class ClientShard::LocalSide final : public Stream::Owner {
 public:
  explicit LocalSide(ClientShard& shard) : shard_(shard) {}

  void on_opened(Stream&) override {}  // accepted streams are open from the start
  void on_open_failed(Stream&, ConnectFailure) override {}
  void on_bytes(Stream& stream, ByteView bytes) override {
    shard_.facts_.tell([&](Client& core, TimePoint now, ClientActions& out) {
      core.on_local_bytes(id_of(stream), bytes, now, out);
    });
  }
  void on_end_of_stream(Stream& stream) override {
    shard_.facts_.tell([id = id_of(stream)](Client& core, TimePoint now, ClientActions& out) {
      core.on_local_end_of_stream(id, now, out);
    });
  }
  void on_lost(Stream& stream) override {
    shard_.forget(id_of(stream));
    shard_.facts_.tell([id = id_of(stream)](Client& core, TimePoint now, ClientActions& out) {
      core.on_local_lost(id, now, out);
    });
  }
  void on_written(Stream& stream, std::size_t octets) override {
    if (const auto id = shard_.core_.on_local_written(id_of(stream), octets)) {
      shard_.tell_of_room(*id);
    }
  }

 private:
  static LocalId id_of(const Stream& stream) { return LocalId{stream.id().number}; }

  ClientShard& shard_;
};

class ClientShard::ServerSide final : public Stream::Owner {
 public:
  explicit ServerSide(ClientShard& shard) : shard_(shard) {}

  void on_opened(Stream& stream) override { shard_.on_opened(id_of(stream), stream); }
  void on_open_failed(Stream& stream, ConnectFailure why) override {
    shard_.on_open_failed(id_of(stream), stream, why);
  }
  void on_bytes(Stream& stream, ByteView bytes) override {
    shard_.facts_.tell([&](Client& core, TimePoint now, ClientActions& out) {
      core.on_server_bytes(id_of(stream), bytes, now, out);
    });
  }
  void on_end_of_stream(Stream& stream) override {
    shard_.facts_.tell([id = id_of(stream)](Client& core, TimePoint now, ClientActions& out) {
      core.on_server_end_of_stream(id, now, out);
    });
  }
  void on_lost(Stream& stream) override {
    shard_.links_.erase(id_of(stream));
    shard_.facts_.tell([id = id_of(stream)](Client& core, TimePoint now, ClientActions& out) {
      core.on_server_lost(id, now, out);
    });
  }
  void on_written(Stream& stream, std::size_t octets) override {
    const ConnectionId id = id_of(stream);
    if (shard_.core_.on_server_written(id, octets)) shard_.tell_of_room(id);
  }

 private:
  static ConnectionId id_of(const Stream& stream) { return ConnectionId{stream.id().number}; }

  ClientShard& shard_;
};

}  // namespace fullcone
