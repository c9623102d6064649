// What apps and peers do.
#include <array>

#include "simulator/life/author.hpp"

namespace fullcone::sim {

void Author::open_app() {
  if (open_.size() >= features_.apps) return;
  const OpenApp app{++last_app_, one_of(features_.clients)};
  const Deed deed = percent(features_.neighbours) ? Deed::app_opens_beside : Deed::app_opens;
  add({.deed = deed, .who = app.number, .whom = app.client});
  open_.push_back(app);
}

void Author::end_app() {
  if (open_.empty()) return;
  const auto place = open_.begin() + static_cast<std::ptrdiff_t>(random_.below(open_.size()));
  add({.deed = percent(70) ? Deed::app_quits : Deed::app_crashes, .who = place->number});
  open_.erase(place);
}

void Author::app_sends() {
  if (open_.empty()) return open_app();
  const Number app = any_app().number;
  const Number peer = public_peers_[random_.below(public_peers_.size())];
  const bool by_name = percent(features_.by_name);
  add({.deed = by_name ? Deed::app_sends_by_name : Deed::app_sends,
       .who = app,
       .whom = peer,
       .via = by_name ? 1u : 0u,
       .amount = size(65'000),
       .times = burst()});
  contacts_.emplace(peer, app);
}

// Also whoever is behind a NAT, where that lets it in.
void Author::app_answers() {
  if (open_.empty()) return;
  add({.deed = Deed::app_answers,
       .who = any_app().number,
       .amount = size(65'000),
       .times = burst()});
}

void Author::nonsense() {
  if (open_.empty()) return;
  add({.deed = Deed::app_sends_nonsense, .who = any_app().number, .amount = random_.below(40)});
}

void Author::peer_answers() {
  if (contacts_.empty()) return;
  const auto [peer, app] = any_contact();
  add({.deed = Deed::peer_answers,
       .who = peer,
       .whom = app,
       .amount = size(kMostOctets),
       .times = burst()});
}

void Author::stranger_writes() {
  if (contacts_.empty()) return;
  const auto [peer, app] = any_contact();
  add({.deed = Deed::peer_writes,
       .who = one_of(features_.peers),
       .whom = app,
       .via = peer,
       .amount = size(kMostOctets),
       .times = burst()});
}

void Author::stranger_sprays() {
  if (contacts_.empty()) return;
  const auto [peer, app] = any_contact();
  add({.deed = Deed::peer_sprays,
       .who = one_of(features_.peers),
       .whom = app,
       .via = peer,
       .amount = 8 + random_.below(200),
       .times = static_cast<std::uint32_t>(random_.between(10, 300))});
}

void Author::stranger_floods() {
  if (contacts_.empty()) return;
  const auto [peer, app] = any_contact();
  add({.deed = Deed::peer_floods,
       .who = one_of(features_.peers),
       .whom = app,
       .via = peer,
       .amount = 8 + random_.below(1200),
       .times = static_cast<std::uint32_t>(random_.between(10, 300))});
}

void Author::ask() {
  if (open_.empty()) return open_app();
  const Number app = any_app().number;
  if (percent(40)) {
    add({.deed = Deed::app_asks_dns,
         .who = app,
         .whom = dns_,
         .via = 1,
         .amount = random_.below(2)});
    return;
  }
  add({.deed = Deed::app_asks_stun,
       .who = app,
       .whom = stun_,
       .via = static_cast<std::uint32_t>(random_.below(4))});
}

// Also with a peer behind a NAT, which nobody else finds.
void Author::meet() {
  if (open_.empty()) return open_app();
  const Number app = any_app().number;
  if (percent(50)) {
    add({.deed = Deed::app_meets_app, .who = app, .whom = any_app().number, .via = rendezvous_});
    return;
  }
  const Number peer = one_of(features_.peers);
  add({.deed = Deed::app_meets_peer, .who = app, .whom = peer, .via = rendezvous_});
}

void Author::use_tcp() {
  if (last_tcp_ != 0 && percent(40)) {
    constexpr std::array kDeeds = {Deed::tcp_ends, Deed::tcp_quits, Deed::tcp_crashes,
                                   Deed::tcp_stalls, Deed::tcp_reads_again};
    add({.deed = kDeeds[random_.below(kDeeds.size())], .who = one_of(last_tcp_)});
    return;
  }
  const Number client = one_of(features_.clients);
  const Number target = percent(60) ? 1 : one_of(life_.targets.size());
  add({.deed = Deed::tcp_connects, .who = ++last_tcp_, .whom = target, .via = client});
  if (features_.mux != 0 && percent(20)) {  // more than a stream's credit
    const auto times = static_cast<std::uint32_t>(random_.between(10, 40));
    add({.deed = Deed::tcp_sends, .who = last_tcp_, .amount = 16'384, .times = times});
  } else {
    add({.deed = Deed::tcp_sends, .who = last_tcp_, .amount = size(20'000), .times = burst()});
  }
  if (percent(60)) add({.deed = Deed::tcp_ends, .who = last_tcp_});
}

}  // namespace fullcone::sim
