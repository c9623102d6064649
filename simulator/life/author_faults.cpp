// What goes wrong.
#include <array>

#include "simulator/life/author.hpp"

namespace fullcone::sim {

void Author::add_stream_event(Event event) {
  const bool crumfurs = percent(40);
  event.who = one_of(features_.clients);
  const std::size_t all = features_.mux == 0 ? 12 : 4;  // streams share their connections
  event.whom = one_of(crumfurs ? 3 : all);
  event.via = static_cast<std::uint32_t>(crumfurs ? Streams::crumfurs : Streams::all);
  add(event);
}

void Author::stream_cut() {
  if (percent(10)) {
    add({.deed = Deed::streams_cut, .who = one_of(features_.clients)});
  } else if (percent(60)) {
    add_stream_event({.deed = Deed::stream_cut});
  } else {
    add_stream_event({.deed = Deed::stream_cut_after, .amount = random_.below(500)});
  }
}

void Author::stream_silent() { add_stream_event({.deed = Deed::stream_silent}); }

void Author::stream_unread() {
  const auto time = static_cast<std::uint64_t>(up_to(20s).count());
  add_stream_event({.deed = Deed::stream_unread, .amount = time});
}

void Author::client_trouble() {
  const Number client = one_of(features_.clients);
  forget_apps_of(client);
  node_trouble(Place::client, client);
}

void Author::server_trouble() { node_trouble(Place::server, one_of(features_.servers)); }

// Half of them at once, the others with some time without it.
void Author::node_trouble(Place place, Number number) {
  const auto via = static_cast<std::uint32_t>(place);
  if (percent(50)) {
    add({.deed = Deed::node_restarts, .who = number, .via = via});
    return;
  }
  constexpr std::array kEnds = {Deed::node_stops, Deed::node_crashes, Deed::node_vanishes};
  add({.deed = kEnds[random_.below(kEnds.size())], .who = number, .via = via});
  now_ += up_to(5s);
  add({.deed = Deed::node_starts, .who = number, .via = via});
}

void Author::link_trouble() {
  constexpr std::array<std::uint64_t, 5> kLosses = {0, 20'000, 200'000, 500'000, 1'000'000};
  const auto [place, who] = any_place();
  const auto via = static_cast<std::uint32_t>(place);
  if (percent(70)) {
    const std::uint64_t loss = kLosses[random_.below(kLosses.size())];
    add({.deed = Deed::loss_becomes, .who = who, .via = via, .amount = loss});
  } else {
    const auto time = static_cast<std::uint64_t>(up_to(300ms).count());
    add({.deed = Deed::delay_becomes, .who = who, .via = via, .amount = time});
  }
}

void Author::nat_trouble() {
  if (features_.nats != 0) add({.deed = Deed::nat_restarts, .who = one_of(features_.nats)});
}

void Author::name_trouble() {
  add({.deed = Deed::name_fails, .who = 1});
  now_ += up_to(2s);
  add({.deed = Deed::name_answers_again, .who = 1});
}

void Author::cut_off() {
  const auto [place, who] = any_place();
  const auto time = static_cast<std::uint64_t>(up_to(percent(30) ? 100s : 5s).count());
  add({.deed = Deed::cut_off,
       .who = who,
       .via = static_cast<std::uint32_t>(place),
       .amount = time});
}

void Author::roam() {
  const Number nat = features_.nats != 0 && percent(50) ? one_of(features_.nats) : 0;
  if (percent(60)) {
    add({.deed = Deed::client_roams, .who = one_of(features_.clients), .whom = nat});
  } else {
    add({.deed = Deed::peer_roams, .who = one_of(features_.peers), .whom = nat});
  }
}

void Author::ports_trouble() {
  const Number server = one_of(features_.servers);
  add({.deed = Deed::ports_exhausted, .who = server});
  now_ += up_to(3s);
  add({.deed = Deed::ports_back, .who = server});
}

}  // namespace fullcone::sim
