// The client driver's side of the contract: each order is about something that is there. A breach
// is a test failure. What is left at the end is a leak.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/testing/client_orders.hpp"

namespace fullcone {

class ClientContract {
 public:
  // ----- facts
  void opened(LocalId id) { locals_.insert(id); }
  void lost(LocalId id) { locals_.erase(id); }
  void connected(ConnectionId id) { connections_.at(id) = true; }
  void lost(ConnectionId id) { connections_.erase(id); }
  void relay_gone(LocalId id) { relays_.erase(id); }

  const std::set<LocalId>& locals() const { return locals_; }
  const std::set<LocalId>& relays() const { return relays_; }
  // Whether each is connected, or dialled only.
  const std::map<ConnectionId, bool>& connections() const { return connections_; }
  bool has(ConnectionId id) const { return connections_.contains(id); }

  void carry_out(const client::Action& action) {
    SCOPED_TRACE(in_words(action).words);
    std::visit(
        Overloaded{
            [&](const client::Connect& a) {
              needs(a.connection > last_connection_);  // never used twice
              last_connection_ = a.connection;
              connections_[a.connection] = false;
            },
            [&](const client::WriteServer& a) { needs(is_connected(a.connection)); },
            [&](const client::HalfCloseServer& a) { needs(is_connected(a.connection)); },
            [&](const client::CloseServer& a) { needs(connections_.erase(a.connection) == 1); },
            [&](const client::WriteLocal& a) { needs(has(a.local)); },
            [&](const client::HalfCloseLocal& a) { needs(has(a.local)); },
            [&](const client::CloseLocal& a) { needs(locals_.erase(a.local) == 1); },
            [&](const client::PauseLocal& a) { needs(has(a.local)); },
            [&](const client::ResumeLocal& a) { needs(has(a.local)); },
            [&](const client::Splice& a) { needs(has(a.local) && is_connected(a.connection)); },
            [&](const client::OpenRelay& a) {
              needs(has(a.local));
              relays_.insert(a.local);
            },
            [&](const client::SendToApp& a) { needs(relays_.contains(a.local)); },
            [&](const client::CloseRelay& a) { needs(relays_.erase(a.local) == 1); },
        },
        action);
  }

  void expect_nothing_left() const {
    EXPECT_TRUE(connections_.empty());
    EXPECT_TRUE(locals_.empty());
    EXPECT_TRUE(relays_.empty());
  }

 private:
  static void needs(bool there) { EXPECT_TRUE(there) << "an order about nothing"; }
  bool has(LocalId id) const { return locals_.contains(id); }
  bool is_connected(ConnectionId id) const {
    return connections_.contains(id) && connections_.at(id);
  }

  std::set<LocalId> locals_;
  std::set<LocalId> relays_;
  std::map<ConnectionId, bool> connections_;
  ConnectionId last_connection_{};
};

}  // namespace fullcone
