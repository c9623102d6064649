// What the streams of one shard share: the event loop, one buffer to read into, the list of those
// to be flushed at the end of a batch, and the keeping of those that close in their own time.
#pragma once

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/stream.hpp"

namespace fullcone {

// What a clean close still gets when the shard ends.
inline constexpr Duration kLastMoment = 1s;

class StreamPool {
 public:
  // `flush_time`: how long a clean close waits without progress until its end is sent.
  explicit StreamPool(boost::asio::io_context& context, Duration flush_time = 10s)
      : context_(context), input_(kInput), flush_time_(flush_time) {}

  boost::asio::io_context& context() { return context_; }
  // Holds what one read gave; a stream uses it from a read to the end of Owner::on_bytes.
  std::span<std::uint8_t> input() { return input_; }

  // Room for the next out-queue that needs some.
  Bytes& spare() { return spare_; }

  void flush_later(Stream& stream) { to_flush_.push_back(stream.shared_from_this()); }
  // Writes what has been queued since the last call; owners are told what has left and who is lost.
  void flush() {
    while (!to_flush_.empty()) {
      flushing_.swap(to_flush_);
      for (const auto& stream : flushing_) stream->flush();
      flushing_.clear();
    }
  }

  void keep_closing(Stream& stream) { closing_.emplace(&stream, stream.shared_from_this()); }
  void forget_closing(Stream& stream) { closing_.erase(&stream); }
  std::size_t closing() const { return closing_.size(); }
  // From now on clean closes, those under way included, last until `end` at most.
  void limit_closing(std::chrono::steady_clock::time_point end) {
    closing_ends_ = end;
    for (const auto& [address, stream] : closing_) stream->hurry_close();
  }
  Duration flush_time() const { return flush_time_; }
  // `wanted`, or what is left of it.
  Duration closing_time(Duration wanted) const {
    if (!closing_ends_) return wanted;
    return std::min<Duration>(wanted, *closing_ends_ - std::chrono::steady_clock::now());
  }
  // Octets that closed streams still have to write; false: too many of them.
  bool take_lingering(std::size_t octets) {
    lingering_ += octets;
    return lingering_ <= kLingering;
  }
  void give_back_lingering(std::size_t octets) { lingering_ -= octets; }
  // Ends every clean close that is under way.
  void abort_closing() {
    for (const auto& [address, stream] : std::exchange(closing_, {})) {
      stream->close(CloseKind::abort);
    }
  }

 private:
  // More than a read of eight whole TLS records brings, and what was left of the one before.
  static constexpr std::size_t kInput = 163840;
  static constexpr std::size_t kLingering = std::size_t{256} << 20;

  boost::asio::io_context& context_;
  std::vector<std::uint8_t> input_;
  const Duration flush_time_;
  Bytes spare_;
  std::vector<std::shared_ptr<Stream>> to_flush_;
  std::vector<std::shared_ptr<Stream>> flushing_;
  std::unordered_map<Stream*, std::shared_ptr<Stream>> closing_;
  std::optional<std::chrono::steady_clock::time_point> closing_ends_;
  std::size_t lingering_ = 0;
};

}  // namespace fullcone
