// The server driver's side of the contract: each order is about something that is there. A breach
// is a test failure. What is left at the end is a leak.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/testing/server_orders.hpp"

namespace fullcone {

class ServerContract {
 public:
  // ----- facts
  void opened(ConnectionId id) { connections_.insert(id); }
  void lost(ConnectionId id) {
    connections_.erase(id);
    forget_lookups(id);
  }
  void target_connected(TargetId id) { targets_[id] = true; }
  void target_gone(TargetId id) { targets_.erase(id); }
  void mapping_gone(MappingId id) { mappings_.erase(id); }

  bool has(ConnectionId id) const { return connections_.contains(id); }
  bool has(MappingId id) const { return mappings_.contains(id); }
  const std::set<ConnectionId>& connections() const { return connections_; }
  // Whether each is connected, or dialled only.
  const std::map<TargetId, bool>& targets() const { return targets_; }
  const std::set<MappingId>& mappings() const { return mappings_; }
  void resolved(LookupId id) { resolving_.erase(id); }

  void carry_out(const server::Action& action) {
    SCOPED_TRACE(in_words(action).words);
    std::visit(Overloaded{
                   [&](const server::Write& a) { needs(has(a.connection)); },
                   [&](const server::HalfClose& a) { needs(has(a.connection)); },
                   [&](const server::Close& a) { drop(a.connection); },
                   [&](const server::PauseReading& a) { needs(has(a.connection)); },
                   [&](const server::ResumeReading& a) { needs(has(a.connection)); },
                   [&](const server::HandOver& a) { drop(a.connection); },
                   [&](const server::Resolve& a) {
                     needs(has(a.lookup.connection));
                     resolving_.insert(a.lookup);
                   },
                   [&](const server::DialTarget& a) {
                     needs(has(a.target.connection) && !is_connected(a.target));
                     targets_[a.target] = false;
                   },
                   [&](const server::WriteTarget& a) { needs(is_connected(a.target)); },
                   [&](const server::PauseTarget& a) { needs(is_connected(a.target)); },
                   [&](const server::ResumeTarget& a) { needs(is_connected(a.target)); },
                   [&](const server::HalfCloseTarget& a) { needs(is_connected(a.target)); },
                   [&](const server::CloseTarget& a) { needs(targets_.erase(a.target) == 1); },
                   [&](const server::OpenMapping& a) {
                     needs(a.mapping > last_mapping_);  // never used twice
                     last_mapping_ = a.mapping;
                     mappings_.insert(a.mapping);
                   },
                   [&](const server::SendDatagram& a) { needs(has(a.mapping)); },
                   [&](const server::CloseMapping& a) { needs(mappings_.erase(a.mapping) == 1); },
               },
               action);
  }

  void expect_nothing_left() const {
    EXPECT_TRUE(connections_.empty());
    EXPECT_TRUE(targets_.empty());
    EXPECT_TRUE(mappings_.empty());
    EXPECT_TRUE(resolving_.empty());
  }

 private:
  static void needs(bool there) { EXPECT_TRUE(there) << "an order about nothing"; }
  bool is_connected(TargetId id) const { return targets_.contains(id) && targets_.at(id); }
  void drop(ConnectionId id) {
    needs(connections_.erase(id) == 1);
    forget_lookups(id);
  }
  void forget_lookups(ConnectionId of) {
    std::erase_if(resolving_, [of](const LookupId& id) { return id.connection == of; });
  }

  std::set<ConnectionId> connections_;
  std::map<TargetId, bool> targets_;
  std::set<LookupId> resolving_;
  std::set<MappingId> mappings_;
  MappingId last_mapping_{};
};

}  // namespace fullcone
