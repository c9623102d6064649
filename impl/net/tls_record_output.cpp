#include "net/tls_record_output.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "net/tls_record_cipher.hpp"

namespace fullcone {
namespace {

constexpr std::size_t kMostRecord = tls_record::kMostContent + tls_record::kOverhead;
// Four whole ones, behind a short one: eight are no faster, and a slow reader's connection keeps
// them.
constexpr std::size_t kRoom = 4 * kMostRecord + 64;
constexpr std::size_t kLittle = kRoom / 4;

thread_local std::unique_ptr<std::uint8_t[]> spare_room;

}  // namespace

bool TlsRecordOutput::has_room() const { return back_ + kMostRecord <= kRoom; }

std::uint8_t* TlsRecordOutput::add(std::size_t octets) {
  if (room_ == nullptr) {
    room_ = std::move(spare_room);
    lent_ = true;
  }
  if (room_ == nullptr) room_ = std::make_unique_for_overwrite<std::uint8_t[]>(kRoom);
  return room_.get() + std::exchange(back_, back_ + octets);
}

Transport::Status TlsRecordOutput::send(bool more) {
  const int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);
  while (front_ < back_) {
    const ssize_t count = ::send(fd_, room_.get() + front_, back_ - front_, flags);
    if (count < 0) {
      if (errno != EAGAIN && errno != EINTR) return Transport::Status::failed;
      keep_little();
      return Transport::Status::wants_write;
    }
    front_ += static_cast<std::size_t>(count);
  }
  front_ = back_ = 0;
  auto room = std::move(room_);
  if (std::exchange(lent_, false)) spare_room = std::move(room);
  return Transport::Status::done;
}

// Many slow readers with little to read cost no more than that.
void TlsRecordOutput::keep_little() {
  const std::size_t left = size();
  if (!lent_ || left > kLittle) return;
  auto own = std::make_unique_for_overwrite<std::uint8_t[]>(left);
  std::memcpy(own.get(), room_.get() + front_, left);
  spare_room = std::exchange(room_, std::move(own));
  lent_ = false;
  front_ = 0;
  back_ = left;
}

}  // namespace fullcone
