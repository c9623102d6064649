// CRUM-8 and CRUM-11: how CRUMFURS ends, and what that does to its session.
#include <algorithm>

#include "conformance/bed/loss.hpp"
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

// With what it takes to come back.
void still_in_grace(ServerBed& bed, TimePoint cut_at) {
  bed.still_within(cut_at, bed.subject().grace - bed.quiet_time(), "grace period");
}

CASE("CRUM-8.clean-close", "When the app quits, its ports are released, not minutes later.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  session.crumfurs().close();
  EXPECT(channel.closes_silently());
  EXPECT(bed.is_released(port));
  session.establish();  // another session of that id, to which nothing of the first belongs
  peer.send_to(port, bed.unique("late"));
  bed.peer().send_to(port, bed.unique("late"));
  EXPECT(bed.stays_silent({session.crumfurs()}));
}

CASE("CRUM-8.end-of-stream", "close_notify alone is a clean close too.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  session.crumfurs().connection().end();
  EXPECT(channel.closes_silently());
  EXPECT(session.crumfurs().closes_silently());
}

CASE("CRUM-8.cut-costs-nothing", "A short outage costs no port, no channel and no datagram.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const TimePoint cut_at = bed.network().now();
  session.crumfurs().cut();
  bed.wait_a_round_trip();
  still_in_grace(bed, cut_at);
  EXPECT(channel.external_port() == port);
  const std::string back = bed.unique("back");
  peer.send_to(port, back);
  EXPECT(channel.receive() == back);
  still_in_grace(bed, cut_at);
  session.establish();
  channel.close();
  EXPECT(session.open_channel(peer).external_port() == port);
}

CASE("CRUM-8.cut-queues", "What strangers sent during the outage arrives after it, in order.") {
  needs_order(bed);
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const TimePoint cut_at = bed.network().now();
  session.crumfurs().cut();
  bed.wait_a_round_trip();
  const Peer stranger = bed.peer();
  std::vector<std::string> sent;
  for (int i = 0; i < 5; ++i) sent.push_back(bed.unique("n" + std::to_string(i)));
  for (const auto& payload : sent) stranger.send_to(port, payload);
  bed.wait_a_round_trip();
  still_in_grace(bed, cut_at);
  session.establish();  // the answer, 14, comes before them
  for (const auto& payload : sent) {
    EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), payload}));
  }
  EXPECT(bed.stays_silent({session.crumfurs(), channel}));
}

CASE("CRUM-8.oldest-first", "The queue of an outage is bounded, and the newest is worth most.") {
  needs_order(bed);
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const TimePoint cut_at = bed.network().now();
  session.crumfurs().cut();
  bed.wait_a_round_trip();
  const Peer stranger = bed.peer();
  constexpr int kCount = 1500;
  for (int i = 0; i < kCount; ++i) {
    stranger.send_to(port, bed.unique(std::to_string(i) + " ", 1000));
    if (i % 8 == 7) bed.run_until([] { return false; }, 1ms);
  }
  still_in_grace(bed, cut_at);
  channel.external_port();  // all of it has been read by now
  still_in_grace(bed, cut_at);
  session.establish();
  int last = -1;
  while (last < kCount - 1) {
    const Umfurs message = session.next_umfurs();
    const int number = std::stoi(message.payload);
    EXPECT(number > last);
    last = number;
  }
}

CASE("CRUM-8.grace-ends", "A client that does not come back does not hold ports for ever.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const TimePoint cut_at = bed.network().now();
  session.crumfurs().cut();
  bed.pass(bed.subject().grace * 4 / 5, "grace period");
  const Finding stands = channel.connection().is_open();
  bed.still_within(cut_at, bed.subject().grace, "grace period");
  EXPECT(stands);
  bed.pass(bed.subject().grace * 2 / 5, "grace period");
  EXPECT(channel.closes_silently());
  EXPECT(bed.is_released(port));
  session.establish();
  peer.send_to(port, bed.unique("late"));
  EXPECT(bed.stays_silent({session.crumfurs()}));
}

constexpr std::string_view kNeedsSilence = "a link cannot be made silent here";

CASE("CRUM-11.dead-channel", "A channel whose client is gone does not swallow datagrams for ever.",
     .simulated_only = kNeedsSilence) {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  bed.powers().fall_silent(channel.connection().stream());
  bed.pass(bed.subject().dead_link, "a dead link is noticed");
  const std::string hello = bed.unique("hello");
  peer.send_to(port, hello);  // it has no open channel any more
  EXPECT(session.next_umfurs() == (Umfurs{peer.endpoint(), hello}));
}

CASE("CRUM-11.dead-crumfurs", "A session whose client is gone is in its grace period, then ends.",
     .simulated_only = kNeedsSilence) {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  bed.powers().fall_silent(session.crumfurs().connection().stream());
  bed.pass(bed.subject().dead_link, "a dead link is noticed");
  const Bytes address = request_address(bed.peer().endpoint());
  EXPECT(session.request_channel(address).closes_silently());
  bed.pass(bed.subject().grace, "grace period");
  EXPECT(bed.is_released(port));
}

CASE("CRUM-11.idle-stays", "A stranger's datagram may come after minutes of silence.",
     .simulated_only = "takes minutes") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  bed.pass(bed.subject().dead_link * 2, "idle, but alive");
  const Peer stranger = bed.peer();
  const std::string hello = bed.unique("hello"), back = bed.unique("back");
  stranger.send_to(port, hello);
  EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), hello}));
  peer.send_to(port, back);
  EXPECT(channel.receive() == back);
}

CASE("CRUM-11.keepalive",
     "Probes find a dead link, and keep middleboxes from forgetting a live one.",
     .live_only = "the simulator has no TCP timers") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  EXPECT(session.crumfurs().connection().is_kept_alive(bed.subject().dead_link));
  EXPECT(channel.connection().is_kept_alive(bed.subject().dead_link));
}

}  // namespace
}  // namespace fullcone::conformance
