// MUX-5: a client that begins with isolated channels and goes on by mux.
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

constexpr std::string_view kProfile = "mux";
constexpr ClientMode kAuto = ClientMode::automatic;

// An association with as many channels as it has before it goes on by mux; its first.
ServedSession fill(ClientBed& bed, const App& app, const Endpoint& first) {
  const ServedSession session = bed.serve(app, first);
  for (std::size_t i = 1; i < bed.subject().mux_after; ++i) {
    app.send_to(bed.destination(), bed.unique("hello"));
    const ServedRequest channel = bed.next_request(Command::udp);
    EXPECT(channel.header().session == session.crumfurs.header().session);
  }
  return session;
}

CLIENT_CASE("MUX-5.auto-begins", "A call with one peer has a channel to itself.",
            .profile = kProfile, .mode = kAuto) {
  const App app = bed.associate();
  fill(bed, app, bed.destination());
  EXPECT(bed.stays_silent({bed.requests()}));
}

CLIENT_CASE("MUX-5.auto-turns", "A swarm is one stream; the first calls stay where they are.",
            .profile = kProfile, .mode = kAuto) {
  const App app = bed.associate();
  const Endpoint first = bed.destination(), there = bed.destination();
  const ServedSession session = fill(bed, app, first);
  const MuxAssociation association = bed.serve_by_mux(app, bed.destination());
  const std::string hello = bed.unique("hello"), again = bed.unique("again"),
                    back = bed.unique("back");
  app.send_to(there, hello);
  EXPECT(association.receive() == (MuxDatagram{there, hello}));
  app.send_to(first, again);
  EXPECT(session.channel.receive_datagram() == again);
  association.send_to(there, back);
  EXPECT(app.receive() == (AppDatagram{there, back}));
  EXPECT(bed.stays_silent({bed.requests(), association.mux()}));
}

CLIENT_CASE("MUX-5.auto-answers", "Who was heard on a channel's port is answered from there.",
            .profile = kProfile, .mode = kAuto) {
  const App app = bed.associate();
  const ServedSession session = fill(bed, app, bed.destination());
  bed.serve_by_mux(app, bed.destination());
  const Endpoint one = bed.destination(), other = bed.destination();
  for (const Endpoint& stranger : {one, other}) {
    const std::string hello = bed.unique("hello");
    session.crumfurs.send_umfurs(stranger, hello);
    EXPECT(app.receive() == (AppDatagram{stranger, hello}));
  }
  const std::string back = bed.unique("back");
  app.send_to(one, back);
  EXPECT(bed.next_request(Command::udp).receive_datagram() == back);
}

}  // namespace
}  // namespace fullcone::conformance
