// Streams spoken by hand, octet by octet: to a server, as clients that nobody has tested would, or
// to a client, as such apps would.
#include <optional>
#include <utility>

#include "simulator/life/player.hpp"
#include "wire/socks5.hpp"

namespace fullcone::sim {
namespace {

// As the reply to a handshake in one piece names it, with or without credentials before it.
std::optional<Endpoint> relay_of(ByteView received) {
  const bool with_credentials = received.size() >= 2 && received[1] == 2;
  const std::size_t before = with_credentials ? 4 : 2;
  if (received.size() < before) return std::nullopt;
  const auto reply = socks5::parse_reply(received.subspan(before));
  if (!reply.parsed() || reply.value().reply != socks5::Reply::succeeded) return std::nullopt;
  return reply.value().bound;
}

}  // namespace

void Player::hand_dials_server(const Event& event) {
  ServerNode* const server = cast_.server(event.whom);
  if (server == nullptr || cast_.hand(event.who) != nullptr) return;
  const auto family = static_cast<Family>(event.amount);
  cast_.add(event.who, Hand{&world_.connect_to_server(*server, family), event.whom, {}});
}

void Player::dial_client(const Event& event, bool beside) {
  ClientNode* const client = cast_.client(event.whom);
  if (client == nullptr || cast_.hand(event.who) != nullptr) return;
  IpAddress own = client->listening().ip;
  IpAddress other = client->new_neighbour();
  if (beside) std::swap(own, other);
  Hand hand{&world_.connect_to_client(*client, own), 0, {}};
  hand.sockets = {&world_.socket_beside(*client, own), &world_.socket_beside(*client, own),
                  &world_.socket_beside(*client, other)};
  cast_.add(event.who, std::move(hand));
}

void Player::hand_says(const Event& event) {
  if (const Hand* const hand = cast_.hand(event.who)) {
    hand->stream->send(cast_.octets(event.written, *hand));
  }
}

void Player::hand_sends(const Event& event) {
  const Hand* const hand = cast_.hand(event.who);
  if (hand == nullptr || event.whom < 1 || event.whom > hand->sockets.size()) return;
  const auto relay = relay_of(hand->stream->received());
  if (!relay || !hand->stream->open()) return;
  for (std::uint32_t i = 0; i < event.times; ++i) {
    hand->sockets[event.whom - 1]->send_to(*relay, cast_.octets(event.written, *hand));
  }
}

void Player::hand_ends(const Event& event) {
  if (const Hand* const hand = cast_.hand(event.who)) hand->stream->half_close();
}

void Player::hand_closes(const Event& event) {
  if (const Hand* const hand = cast_.hand(event.who)) hand->stream->close_clean();
}

void Player::hand_crashes(const Event& event) {
  if (const Hand* const hand = cast_.hand(event.who)) hand->stream->cut();
}

void Player::hand_cut(const Event& event) {
  if (const Hand* const hand = cast_.hand(event.who)) hand->stream->end().link().cut();
}

void Player::hand_cut_after(const Event& event) {
  const Hand* const hand = cast_.hand(event.who);
  if (hand == nullptr) return;
  StreamEnd& end = hand->stream->end();
  end.link().cut_after(end, event.amount);
}

void Player::hand_stalls(const Event& event) {
  if (const Hand* const hand = cast_.hand(event.who)) hand->stream->pause_reading();
}

void Player::hand_reads_again(const Event& event) {
  if (const Hand* const hand = cast_.hand(event.who)) hand->stream->resume_reading();
}

// ----- what is written

Bytes Cast::octets(const WrittenOctets& written, const Hand& hand) {
  Bytes all;
  for (const WrittenPiece& piece : written) {
    Bytes octets = octets_of(piece, hand);
    if (octets.size() > piece.most) octets.resize(piece.most);
    append(all, octets);
  }
  return all;
}

Bytes Cast::octets_of(const WrittenPiece& piece, const Hand& hand) {
  Bytes octets;
  switch (piece.kind) {
    case Piece::octets:
      return piece.octets;
    case Piece::fill:
      return payload(piece.number, 0);
    case Piece::user: {
      const ServerNode* const node = server(hand.server);
      const bool known =
          node != nullptr && piece.number >= 1 && piece.number <= node->users().size();
      return known ? to_bytes(node->users()[piece.number - 1].uuid.octets) : Bytes(16, 0);
    }
    case Piece::vless_peer:
    case Piece::vless_target:
      encode_vless_address(endpoint(piece.kind, piece.number), octets);
      return octets;
    case Piece::socks_peer:
    case Piece::socks_target:
      constexpr std::size_t kReservedAndFragment = 3;
      return to_bytes(socks5::encode_udp_head(endpoint(piece.kind, piece.number))
                          .view()
                          .subspan(kReservedAndFragment));
  }
  return octets;
}

Endpoint Cast::endpoint(Piece kind, Number number) const {
  if (kind == Piece::vless_peer || kind == Piece::socks_peer) {
    const Peer* const found = peer(number);
    return found == nullptr ? Endpoint{} : found->endpoint();
  }
  const TcpTarget* const found = target(number);
  return found == nullptr ? Endpoint{} : found->endpoint();
}

}  // namespace fullcone::sim
