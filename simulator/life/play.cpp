#include "simulator/life/play.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "simulator/life/cast.hpp"
#include "simulator/life/endings.hpp"
#include "simulator/life/sentence.hpp"

namespace fullcone::sim {
namespace {

class Player {
 public:
  Player(World& world, const Life& life) : world_(world), life_(life), cast_(world, life) {}

  void play();

 private:
  void act(const Event& event);
  void open_app(const Event& event, bool beside);
  void app_sends(const Event& event, const Destination& to);
  void peer_writes(const Event& event, Number knows);
  void connect(const Event& event);
  void tcp_sends(const Event& event);
  template <class Act>
  void with_tcp(const Event& event, Act&& act);
  template <class Harm>
  void harm_stream(const Event& event, Harm&& harm);
  template <class Change>
  void change_node(const Event& event, Change&& change);
  void stall(StreamEnd& end, Duration time);

  World& world_;
  const Life& life_;
  Cast cast_;
};

void Player::play() {
  const TimePoint began = world_.now();
  for (const Event& event : life_.events) {
    world_.run_for(std::max(began + event.at - world_.now(), Duration{}));
    world_.tell_story(sentence(event));
    act(event);
  }
  check_echoes(world_, cast_, life_);
  if (life_.heals_within != Duration::zero()) heal(world_, cast_, life_.heals_within);
}

void Player::act(const Event& event) {
  const auto place = static_cast<Place>(event.via);
  switch (event.deed) {
    case Deed::app_opens:
      return open_app(event, false);
    case Deed::app_opens_beside:
      return open_app(event, true);
    case Deed::app_sends:
      if (Peer* const peer = cast_.peer(event.whom)) app_sends(event, peer->endpoint());
      return;
    case Deed::app_sends_by_name:
      if (Peer* const peer = cast_.peer(event.whom)) {
        app_sends(event, NamedEndpoint{host_name(event.via), peer->endpoint().port});
      }
      return;
    case Deed::app_answers:
      if (UdpApp* const app = cast_.app(event.who); app != nullptr && !app->received().empty()) {
        app_sends(event, app->received().back().source);
      }
      return;
    case Deed::app_sends_nonsense:
      if (UdpApp* const app = cast_.app(event.who); app != nullptr && app->ready()) {
        app->send_raw(Bytes(event.amount, 0xff));
      }
      return;
    case Deed::app_quits:
      if (UdpApp* const app = cast_.app(event.who)) app->quit();
      return;
    case Deed::app_crashes:
      if (UdpApp* const app = cast_.app(event.who)) app->crash();
      return;
    case Deed::peer_writes:
      return peer_writes(event, event.via);
    case Deed::peer_answers:
      return peer_writes(event, event.who);
    case Deed::tcp_connects:
      return connect(event);
    case Deed::tcp_sends:
      return tcp_sends(event);
    case Deed::tcp_ends:
      return with_tcp(event, [](TcpApp& app) { app.half_close(); });
    case Deed::tcp_quits:
      return with_tcp(event, [](TcpApp& app) { app.quit(); });
    case Deed::tcp_crashes:
      return with_tcp(event, [](TcpApp& app) { app.crash(); });
    case Deed::tcp_stalls:
      return with_tcp(event, [](TcpApp& app) { app.stream().pause_reading(); });
    case Deed::tcp_reads_again:
      return with_tcp(event, [](TcpApp& app) { app.stream().resume_reading(); });
    case Deed::stream_cut:
      return harm_stream(event, [](StreamEnd& end) { end.link().cut(); });
    case Deed::stream_cut_after:
      return harm_stream(event, [&](StreamEnd& end) { end.link().cut_after(end, event.amount); });
    case Deed::stream_silent:
      return harm_stream(event, [](StreamEnd& end) { end.link().fall_silent(); });
    case Deed::stream_unread:
      return harm_stream(event, [&](StreamEnd& end) {
        this->stall(end, Duration(static_cast<Duration::rep>(event.amount)));
      });
    case Deed::streams_cut:
      if (ClientNode* const client = cast_.client(event.who)) client->cut_all();
      return;
    case Deed::node_restarts:
      return change_node(event, [](auto& node) { node.restart(); });
    case Deed::node_stops:
      return change_node(event, [](auto& node) { node.stop(); });
    case Deed::node_crashes:
      return change_node(event, [](auto& node) { node.crash(); });
    case Deed::node_vanishes:
      return change_node(event, [](auto& node) { node.vanish(); });
    case Deed::node_starts:
      return change_node(event, [](auto& node) { node.start(); });
    case Deed::nat_restarts:
      if (Router* const nat = cast_.nat(event.who)) nat->restart();
      return;
    case Deed::ports_exhausted:
      if (ServerNode* const server = cast_.server(event.who)) server->exhaust_ports(true);
      return;
    case Deed::ports_back:
      if (ServerNode* const server = cast_.server(event.who)) server->exhaust_ports(false);
      return;
    case Deed::loss_becomes:
      if (Host* const host = cast_.host(place, event.who)) {
        host->link.loss = static_cast<double>(event.amount) / 1e6;
      }
      return;
    case Deed::delay_becomes:
      if (Host* const host = cast_.host(place, event.who)) {
        host->link.delay = Duration(static_cast<Duration::rep>(event.amount));
      }
      return;
  }
}

// ----- apps and peers

void Player::open_app(const Event& event, bool beside) {
  ClientNode* const client = cast_.client(event.whom);
  if (client == nullptr || cast_.app(event.who) != nullptr) return;
  AppSettings settings;
  if (beside) settings.ip = client->new_neighbour();
  cast_.add(event.who, client->open_udp(settings));
}

void Player::app_sends(const Event& event, const Destination& to) {
  UdpApp* const app = cast_.app(event.who);
  if (app == nullptr || socks5::encode_udp_head(to).size() + event.amount > kMostOctets) return;
  for (std::uint32_t i = 0; i < event.times; ++i) {
    app->send_to(to, cast_.payload(event.amount, event.who));
  }
}

// To the port by which peer `knows` has come to know the app.
void Player::peer_writes(const Event& event, Number knows) {
  Peer* const peer = cast_.peer(event.who);
  const Endpoint* const port = cast_.known(knows, event.whom);
  if (peer == nullptr || port == nullptr || port->family() != peer->family()) return;
  for (std::uint32_t i = 0; i < event.times; ++i) {
    peer->send_to(*port, cast_.payload(event.amount, 0));
  }
}

void Player::connect(const Event& event) {
  ClientNode* const client = cast_.client(event.via);
  TcpTarget* const target = cast_.target(event.whom);
  if (client == nullptr || target == nullptr || cast_.call(event.who) != nullptr) return;
  cast_.add(event.who, {&client->connect(target->endpoint()), event.whom, 0});
}

void Player::tcp_sends(const Event& event) {
  TcpCall* const call = cast_.call(event.who);
  if (call == nullptr) return;
  Bytes octets(event.amount * event.times);
  for (std::uint8_t& octet : octets) octet = octet_at(call->sent++);
  call->app->send(octets);
}

template <class Act>
void Player::with_tcp(const Event& event, Act&& act) {
  if (const TcpCall* const call = cast_.call(event.who)) act(*call->app);
}

// ----- faults

template <class Harm>
void Player::harm_stream(const Event& event, Harm&& harm) {
  ClientNode* const client = cast_.client(event.who);
  if (client == nullptr) return;
  const auto streams = static_cast<Streams>(event.via) == Streams::crumfurs
                           ? client->server_streams(Command::crumfurs)
                           : client->server_streams();
  if (event.whom >= 1 && event.whom <= streams.size()) harm(*streams[event.whom - 1]);
}

void Player::stall(StreamEnd& end, Duration time) {
  end.pause(Pause::by_owner);
  world_.after(time, [held = end.link().share(end)] { held->resume(Pause::by_owner); });
}

template <class Change>
void Player::change_node(const Event& event, Change&& change) {
  if (static_cast<Place>(event.via) == Place::client) {
    if (ClientNode* const client = cast_.client(event.who)) change(*client);
  } else {
    if (ServerNode* const server = cast_.server(event.who)) change(*server);
  }
}

}  // namespace

void play(World& world, const Life& life) { Player(world, life).play(); }

}  // namespace fullcone::sim
