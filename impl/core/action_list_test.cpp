// The list of orders: what it keeps stays where it is until clear(), however much is added, and so
// do the payloads of messages that came in pieces.
#include "core/action_list.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "core/testing/client_script.hpp"
#include "core/testing/server_script.hpp"

namespace fullcone {
namespace {

TEST(ActionList, KeepsOctetsInPlace) {
  ServerActions out;
  std::vector<ByteView> views;
  for (int i = 0; i < 1000; ++i) {
    views.push_back(out.keep(Bytes(5, static_cast<std::uint8_t>(i))));
    out.push(server::Close{});
  }
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(to_bytes(views[static_cast<std::size_t>(i)]), Bytes(5, static_cast<std::uint8_t>(i)));
  }
  out.clear();
  EXPECT_TRUE(out.empty());
}

// Feeds `stream` in pieces to `fact`, each gone after its call, and never clears `out`.
template <class Fact>
void feed_in_pieces(const Bytes& stream, std::size_t piece, Fact&& fact) {
  for (ByteView rest = stream; !rest.empty();) {
    const auto part = std::make_unique<Bytes>(to_bytes(rest.first(std::min(piece, rest.size()))));
    rest = rest.subspan(part->size());
    fact(*part);
  }
}

// One octet at a time, every message is put together in the list.
TEST(ActionList, APayloadThatCameInPiecesLivesUntilClear) {
  const auto settings = open_settings();
  const auto users = alice_and_bob();
  Server server(settings, *users, {}, 11);
  ServerActions out;
  const TimePoint now{1h};
  const ConnectionId crumfurs{1}, channel{2}, v0{3};
  const auto feed = [&](ConnectionId id, const Bytes& stream) {
    server.on_accepted(id, now, out);
    feed_in_pieces(stream, 1, [&](const Bytes& part) { server.on_bytes(id, part, now, out); });
  };
  feed(crumfurs, crumfurs_request());
  const Bytes frames = frame("first") + frame("") + frame("third");
  feed(channel, udp_request(kA) + frames);
  feed(v0, v0_udp_request(kB) + frames);
  std::vector<std::string> sent;
  for (const auto& action : out) {
    const auto* order = std::get_if<server::SendDatagram>(&action);
    if (order != nullptr) sent.emplace_back(as_text(order->payload));
  }
  EXPECT_EQ(sent, (std::vector<std::string>{"first", "", "third", "first", "", "third"}));
}

TEST(ActionList, SoDoesWhatTheClientReads) {
  const auto settings = alices_settings();
  Client client(settings, 5);
  ClientActions out;
  const TimePoint now{1h};
  const LocalId app{1};
  const ConnectionId crumfurs{1}, channel{2};
  client.on_local_accepted(app, kApp, kSocks, now, out);
  client.on_local_bytes(app, Bytes{5, 1, 0}, now, out);
  client.on_local_bytes(app, socks_request(socks5::Command::udp_associate, kA), now, out);
  client.on_app_datagram(app, kAppSocket, socks_datagram(kA, "hi"), now, out);
  client.on_server_connected(crumfurs, now, out);
  const auto feed = [&](ConnectionId id, const Bytes& stream) {
    feed_in_pieces(stream, 1,
                   [&](const Bytes& part) { client.on_server_bytes(id, part, now, out); });
  };
  feed(crumfurs, kEstablished + umfurs(kB, "first") + umfurs(kF, "second"));
  client.on_server_connected(channel, now, out);
  feed(channel, frame("third") + frame("") + frame("fifth"));
  std::vector<std::string> received;
  for (const auto& action : out) {
    const auto* order = std::get_if<client::SendToApp>(&action);
    if (order != nullptr) received.emplace_back(as_text(order->payload));
  }
  EXPECT_EQ(received, (std::vector<std::string>{"first", "second", "third", "", "fifth"}));
}

}  // namespace
}  // namespace fullcone
