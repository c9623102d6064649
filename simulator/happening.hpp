// What happens at an event: a callable that is called once at most, kept in place when it is small
// enough, as those of datagrams and streams are. It never moves, so whoever plans one allocates
// nothing.
#pragma once

#include <cassert>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace fullcone::sim {

class Happening {
 public:
  static constexpr std::size_t kRoom = 96;  // octets of captures held in place

  Happening() {}  // NOLINT(modernize-use-equals-default): leaves the room uninitialised
  ~Happening() { forget(); }
  Happening(const Happening&) = delete;
  Happening& operator=(const Happening&) = delete;

  bool empty() const { return finish_ == nullptr; }

  // Precondition: empty().
  template <class Callable>
  void hold(Callable&& callable) {
    using Held = std::decay_t<Callable>;
    assert(empty());
    if constexpr (sizeof(Held) <= kRoom && alignof(Held) <= alignof(std::max_align_t)) {
      ::new (static_cast<void*>(room_)) Held(std::forward<Callable>(callable));
      finish_ = [](Happening& self, bool call) {
        Held& held = *std::launder(reinterpret_cast<Held*>(self.room_));
        if (call) held();
        held.~Held();
      };
    } else {
      hold([held = std::make_unique<Held>(std::forward<Callable>(callable))] { (*held)(); });
    }
  }

  // Calls what is held, and lets go of it. Precondition: not empty().
  void happen() { finish(true); }
  void forget() {
    if (!empty()) finish(false);
  }

 private:
  void finish(bool call) {
    finish_(*this, call);
    finish_ = nullptr;
  }

  alignas(std::max_align_t) std::byte room_[kRoom];
  void (*finish_)(Happening&, bool call) = nullptr;
};

}  // namespace fullcone::sim
