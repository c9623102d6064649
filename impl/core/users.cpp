#include "core/users.hpp"

namespace fullcone {

UserDirectory::UserDirectory(std::span<const User> users, std::uint64_t hash_seed)
    : by_uuid_(users.size(), UuidHash{hash_seed}),
      accounts_(std::make_unique<Account[]>(users.size())) {
  for (std::size_t i = 0; i < users.size(); ++i) {
    accounts_[i].name = users[i].name;
    by_uuid_.emplace(users[i].uuid, UserId{static_cast<std::uint32_t>(i)});
  }
}

std::optional<UserId> UserDirectory::find(const Uuid& uuid) const {
  const auto found = by_uuid_.find(uuid);
  if (found == by_uuid_.end()) return std::nullopt;
  return found->second;
}

const std::string& UserDirectory::name(UserId user) const {
  return accounts_[static_cast<std::size_t>(user)].name;
}

}  // namespace fullcone
