// Which function carries out which deed.
#include <array>

#include "simulator/life/player.hpp"

namespace fullcone::sim {

void Player::act(const Event& event) {
  struct Entry {
    Deed deed;
    void (Player::*act)(const Event&);
  };
  static constexpr std::array kDeeds = {
      Entry{Deed::app_opens, &Player::app_opens},
      Entry{Deed::app_opens_beside, &Player::app_opens_beside},
      Entry{Deed::app_sends, &Player::app_sends},
      Entry{Deed::app_sends_by_name, &Player::app_sends_by_name},
      Entry{Deed::app_answers, &Player::app_answers},
      Entry{Deed::app_sends_nonsense, &Player::app_sends_nonsense},
      Entry{Deed::app_asks_stun, &Player::app_asks_stun},
      Entry{Deed::app_asks_dns, &Player::app_asks_dns},
      Entry{Deed::app_meets_peer, &Player::app_meets_peer},
      Entry{Deed::app_meets_app, &Player::app_meets_app},
      Entry{Deed::app_quits, &Player::app_quits},
      Entry{Deed::app_crashes, &Player::app_crashes},
      Entry{Deed::peer_writes, &Player::peer_writes},
      Entry{Deed::peer_answers, &Player::peer_answers},
      Entry{Deed::peer_sprays, &Player::peer_sprays},
      Entry{Deed::peer_floods, &Player::peer_floods},
      Entry{Deed::peer_writes_to_port, &Player::peer_writes_to_port},
      Entry{Deed::tcp_connects, &Player::tcp_connects},
      Entry{Deed::tcp_sends, &Player::tcp_sends},
      Entry{Deed::tcp_ends, &Player::tcp_ends},
      Entry{Deed::tcp_quits, &Player::tcp_quits},
      Entry{Deed::tcp_crashes, &Player::tcp_crashes},
      Entry{Deed::tcp_stalls, &Player::tcp_stalls},
      Entry{Deed::tcp_reads_again, &Player::tcp_reads_again},
      Entry{Deed::hand_dials_server, &Player::hand_dials_server},
      Entry{Deed::hand_dials_client, &Player::hand_dials_client},
      Entry{Deed::hand_dials_from_beside, &Player::hand_dials_from_beside},
      Entry{Deed::hand_says, &Player::hand_says},
      Entry{Deed::hand_sends, &Player::hand_sends},
      Entry{Deed::hand_ends, &Player::hand_ends},
      Entry{Deed::hand_closes, &Player::hand_closes},
      Entry{Deed::hand_crashes, &Player::hand_crashes},
      Entry{Deed::hand_cut, &Player::hand_cut},
      Entry{Deed::hand_cut_after, &Player::hand_cut_after},
      Entry{Deed::hand_stalls, &Player::hand_stalls},
      Entry{Deed::hand_reads_again, &Player::hand_reads_again},
      Entry{Deed::stream_cut, &Player::stream_cut},
      Entry{Deed::stream_cut_after, &Player::stream_cut_after},
      Entry{Deed::stream_silent, &Player::stream_silent},
      Entry{Deed::stream_unread, &Player::stream_unread},
      Entry{Deed::streams_cut, &Player::streams_cut},
      Entry{Deed::node_restarts, &Player::node_restarts},
      Entry{Deed::node_stops, &Player::node_stops},
      Entry{Deed::node_crashes, &Player::node_crashes},
      Entry{Deed::node_vanishes, &Player::node_vanishes},
      Entry{Deed::node_starts, &Player::node_starts},
      Entry{Deed::client_roams, &Player::client_roams},
      Entry{Deed::peer_roams, &Player::peer_roams},
      Entry{Deed::cut_off, &Player::cut_off},
      Entry{Deed::nat_restarts, &Player::nat_restarts},
      Entry{Deed::name_fails, &Player::name_fails},
      Entry{Deed::name_answers_again, &Player::name_answers_again},
      Entry{Deed::ports_exhausted, &Player::ports_exhausted},
      Entry{Deed::ports_back, &Player::ports_back},
      Entry{Deed::loss_becomes, &Player::loss_becomes},
      Entry{Deed::delay_becomes, &Player::delay_becomes},
  };
  constexpr auto in_order = [] {
    for (std::size_t i = 0; i < kDeeds.size(); ++i) {
      if (kDeeds[i].deed != static_cast<Deed>(i)) return false;
    }
    return kDeeds.size() == kDeedCount;
  };
  static_assert(in_order());
  (this->*kDeeds[static_cast<std::size_t>(event.deed)].act)(event);
}

}  // namespace fullcone::sim
