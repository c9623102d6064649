// The users of a server: who a UUID belongs to, and how much of the server each of them holds.
// Immutable after construction but for the tallies, which are atomics: every shard shares one
// directory without a lock (AUTH-1, EGRESS-2).
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/uuid.hpp"
#include "core/ids.hpp"
#include "core/tally.hpp"

namespace fullcone {

struct User {
  std::string name;  // for logs
  Uuid uuid;
};

class UserDirectory {
 public:
  // `hash_seed` keeps lookups unpredictable from outside. Of two users with one UUID the first
  // counts; the configuration refuses such a pair before.
  UserDirectory(std::span<const User> users, std::uint64_t hash_seed);

  std::optional<UserId> find(const Uuid& uuid) const;
  const std::string& name(UserId user) const;

  Tally& connections(UserId user) { return at(user).connections; }
  Tally& sessions(UserId user) { return at(user).sessions; }
  Tally& unauthenticated() { return unauthenticated_; }
  Tally& visitors() { return visitors_; }  // relayed to the fallback

 private:
  struct Account {
    std::string name;
    Tally connections;
    Tally sessions;
  };
  Account& at(UserId user) { return accounts_[static_cast<std::size_t>(user)]; }

  boost::unordered_flat_map<Uuid, UserId, UuidHash> by_uuid_;
  std::unique_ptr<Account[]> accounts_;
  Tally unauthenticated_;
  Tally visitors_;
};

}  // namespace fullcone
