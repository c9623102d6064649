#include "net/tls_record_output.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "net/tls_record_cipher.hpp"

namespace fullcone {
namespace {

constexpr std::size_t kMostRecord = tls_record::kMostContent + tls_record::kOverhead;
// Four whole ones, behind a short one: eight are no faster, and a slow reader's connection keeps
// them.
constexpr std::size_t kRoom = 4 * kMostRecord + 64;

thread_local std::unique_ptr<std::uint8_t[]> spare_room;

}  // namespace

bool TlsRecordOutput::has_room() const { return back_ + kMostRecord <= kRoom; }

std::uint8_t* TlsRecordOutput::add(std::size_t octets) {
  if (room_ == nullptr) room_ = std::move(spare_room);
  if (room_ == nullptr) room_ = std::make_unique_for_overwrite<std::uint8_t[]>(kRoom);
  return room_.get() + std::exchange(back_, back_ + octets);
}

Transport::Status TlsRecordOutput::send(bool more) {
  const int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);
  while (front_ < back_) {
    const ssize_t count = ::send(fd_, room_.get() + front_, back_ - front_, flags);
    if (count < 0) {
      const bool blocked = errno == EAGAIN || errno == EINTR;
      return blocked ? Transport::Status::wants_write : Transport::Status::failed;
    }
    front_ += static_cast<std::size_t>(count);
  }
  front_ = back_ = 0;
  if (room_ != nullptr) spare_room = std::move(room_);
  return Transport::Status::done;
}

}  // namespace fullcone
