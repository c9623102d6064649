// Two endpoints joined by a link that carries a random part at a time: whatever is opened, sent,
// read slowly, ended and reset, each stream's octets arrive unchanged and in order, a reader that
// stops costs its window and nobody's time, and nothing is left (MUX-2, MUX-3, MUX-4).
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "core/testing/mux_end.hpp"

namespace fullcone {
namespace {

using mux::Sender;

const Destination kTarget = NamedEndpoint{"example.com", 443};
const Endpoint kPeer = Endpoint::parse("198.51.100.7:50000").value();

class Joined {
 public:
  explicit Joined(std::uint64_t seed, const MuxLimits& limits = {})
      : random_(seed), client_(Sender::client, limits), server_(Sender::server, limits) {
    client_.tell_of_data(false);
    server_.tell_of_data(false);
  }

  // Carries what is on its way, cut anywhere; readers that are not stopped consume at once.
  void carry() {
    bool moved = true;
    while (moved) {
      moved = carry(client_, server_, to_server_);
      moved |= carry(server_, client_, to_client_);
    }
  }

  void stop_reading(std::uint32_t stream) { stopped_.insert(stream); }
  void read_again(std::uint32_t stream) {
    stopped_.erase(stream);
    consume(server_, stream);
    consume(client_, stream);
  }

  Random& random() { return random_; }
  MuxEnd& client() { return client_; }
  MuxEnd& server() { return server_; }

 private:
  bool carry(MuxEnd& from, MuxEnd& to, Bytes& way) {
    append(way, from.take_written());
    from.drains();
    append(way, from.take_written());
    if (way.empty()) return false;
    const std::size_t part = 1 + random_.below(way.size());
    to.reads(ByteView(way).first(part));
    EXPECT_TRUE(to.good());
    way.erase(way.begin(), way.begin() + static_cast<std::ptrdiff_t>(part));
    for (const auto& [stream, octets] : to.all_data()) {
      if (!stopped_.contains(stream)) consume(to, stream);
    }
    return true;
  }
  void consume(MuxEnd& end, std::uint32_t stream) {
    std::size_t& consumed = consumed_[{&end, stream}];
    const std::size_t read = end.data(stream).size();
    if (read == consumed) return;
    end.consumes(stream, read - consumed);
    consumed = read;
  }

  Random random_;
  MuxEnd client_;
  MuxEnd server_;
  Bytes to_server_;
  Bytes to_client_;
  std::set<std::uint32_t> stopped_;
  std::map<std::pair<MuxEnd*, std::uint32_t>, std::size_t> consumed_;
};

std::string octets_of(std::uint32_t stream, std::size_t size) {
  std::string octets(size, '\0');
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<char>('a' + (stream + i) % 26);
  return octets;
}

TEST(MuxProperty, OctetsArriveUnchangedAndInOrder) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Joined both(seed);
    std::map<std::uint32_t, std::string> up, down;
    for (int i = 0; i < 8; ++i) up[both.client().opens(kTarget)];
    both.carry();
    for (int step = 0; step < 60; ++step) {
      const auto stream = static_cast<std::uint32_t>(1 + both.random().below(8));
      const std::string octets = octets_of(stream, both.random().below(40'000));
      const bool from_client = both.random().chance(0.5);
      (from_client ? up : down)[stream] += octets;
      (from_client ? both.client() : both.server()).sends(stream, octets);
      if (both.random().chance(0.3)) both.carry();
    }
    for (const auto& [stream, octets] : up) {
      both.client().ends(stream);
      both.server().ends(stream);
    }
    both.carry();
    for (const auto& [stream, octets] : up) {
      EXPECT_EQ(both.server().data(stream), octets);
      EXPECT_EQ(both.client().data(stream), down[stream]);
    }
    EXPECT_EQ(both.client().endpoint().streams() + both.server().endpoint().streams(), 0u);
  }
}

TEST(MuxProperty, AReaderThatStopsCostsItsWindowAndNobodysTime) {
  Joined both(7);
  const auto stalled = both.client().opens(kTarget), other = both.client().opens(kTarget);
  both.stop_reading(stalled);
  both.client().sends(stalled, octets_of(stalled, 1'000'000));
  both.carry();
  EXPECT_EQ(both.server().data(stalled).size(), 262'144u);
  both.client().sends(other, octets_of(other, 3'000'000));
  both.carry();
  EXPECT_EQ(both.server().data(other).size(), 3'000'000u);
  EXPECT_EQ(both.server().data(stalled).size(), 262'144u);
  both.read_again(stalled);
  both.carry();
  EXPECT_EQ(both.server().data(stalled), octets_of(stalled, 1'000'000));
}

TEST(MuxProperty, AThousandStreamsHalfOfThemResetLeaveNothing) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Joined both(seed);
    std::vector<std::uint32_t> open;
    while (both.client().endpoint().can_open()) {
      const bool udp = both.random().chance(0.3);
      open.push_back(both.client().opens(udp ? std::nullopt : std::optional(kTarget)));
      if (udp) {
        both.client().sends_datagram(open.back(), kPeer, "hi");
      } else {
        both.client().sends(open.back(), octets_of(open.back(), both.random().below(5000)));
      }
      if (both.random().chance(0.02)) both.carry();
    }
    EXPECT_EQ(open.size(), 1024u);
    for (const auto stream : open) {
      MuxEnd& end = both.random().chance(0.5) ? both.client() : both.server();
      if (both.random().chance(0.5)) end.resets(stream);
      if (both.random().chance(0.02)) both.carry();
    }
    for (const auto stream : open) {
      both.client().ends(stream);
      both.server().ends(stream);
      if (both.random().chance(0.02)) both.carry();
    }
    both.carry();
    for (MuxEnd* const end : {&both.client(), &both.server()}) {
      EXPECT_EQ(end->endpoint().streams(), 0u);
      EXPECT_EQ(end->endpoint().waiting_octets(), 0u);
      EXPECT_EQ(end->endpoint().queued_datagrams(), 0u);
    }
    EXPECT_TRUE(both.client().endpoint().can_open());
  }
}

// Octets that a hostile peer makes up of frames and noise: the endpoint reads them or closes, and
// its streams and its queue stay within bounds.
TEST(MuxProperty, NoiseKeepsTheBounds) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    MuxLimits limits;
    limits.streams = 8;
    MuxEnd server(Sender::server, limits);
    for (int step = 0; step < 300 && server.good(); ++step) {
      const auto stream = static_cast<std::uint32_t>(1 + random.below(40));
      const Bytes frames[] = {open_frame(stream),
                              open_frame(stream, kTarget),
                              data_frame(stream, Bytes(random.below(3000))),
                              datagram_frame(stream, kPeer, "x"),
                              window_frame(stream, static_cast<std::uint32_t>(random.next())),
                              fin_frame(stream),
                              reset_frame(stream),
                              ping_frame(random.next()),
                              pong_frame(random.below(4)),
                              Bytes(random.below(20), static_cast<std::uint8_t>(random.next()))};
      const bool noise = random.chance(0.005);
      server.reads(noise ? frames[9] : frames[random.below(9)]);
      if (random.chance(0.3)) server.sends(stream, Bytes(random.below(70'000)));
      if (random.chance(0.3)) server.sends_datagram(stream, kPeer, Bytes(random.below(2000)));
      if (random.chance(0.2)) server.consumes(stream, random.below(1000));
      if (random.chance(0.1)) server.ends(stream);
      if (random.chance(0.5)) server.drains();
      server.take_written();
      EXPECT_LE(server.endpoint().streams(), 8u);
      EXPECT_LE(server.in_queue(), limits.send_queue_bytes + 2 * 65'542);
    }
  }
}

}  // namespace
}  // namespace fullcone
