// One of the suite's own streams, read in order: what a case sends and expects octet by octet, and
// how the other end lets go of it. A handle: copies are the same connection.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "conformance/bed/bed.hpp"

namespace fullcone::conformance {

class Connection {
 public:
  Connection(Bed& bed, std::unique_ptr<Stream> stream, std::string name);

  void send(ByteView octets) const;
  void send(std::string_view text) const { send(as_bytes(text)); }
  // One write for each octet.
  void send_slowly(ByteView octets) const;
  // Exactly `count` octets; ends the case when fewer come.
  std::string receive(std::size_t count) const;
  // Everything up to the end, which must be a clean one.
  std::string receive_all() const;
  void end() const;    // close_notify, or FIN; reading goes on
  void close() const;  // the same, and away
  void cut() const;

  // Waits for it to be open; ends the case when it does not come up.
  void expect_open() const;
  // That it is closed, cleanly or not, without an octet not taken before.
  Finding closes_silently() const;
  Finding closes_silently_within(Duration limit) const;
  // That it is closed, whatever is said before.
  Finding closes() const;
  // That it ends with close_notify (or FIN), without an octet not taken before.
  Finding ends_cleanly() const;
  // That it is still open now.
  Finding is_open() const;

  // That the subject's end will probe the connection before `limit` is over. Skips the case where
  // its sockets cannot be seen.
  Finding is_kept_alive(Duration limit) const;

  ByteView unread() const { return stream().received().subspan(state_->taken); }
  void take(std::size_t count) const { state_->taken += count; }
  Stream& stream() const { return *state_->stream; }
  Bed& bed() const { return state_->bed; }
  const std::string& name() const { return state_->name; }
  // State and octets not taken, in words.
  std::string describe_now() const;
  bool is_closed() const;

  operator Party() const;

 private:
  struct State {
    Bed& bed;
    std::unique_ptr<Stream> stream;
    std::string name;
    std::size_t taken = 0;
  };
  std::shared_ptr<State> state_;
};

}  // namespace fullcone::conformance
