// Visits a variant with one lambda per alternative and no catch-all, so that a new alternative
// breaks the build of every visitor until it is dealt with.
#pragma once

namespace fullcone {

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace fullcone
