#include "net/tls_record_input.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "net/tls_record_cipher.hpp"

namespace fullcone {
namespace {

using tls_record::kHeader;

// Eight whole records, behind the part of one.
constexpr std::size_t kMostAhead = 8 * (tls_record::kMostContent + tls_record::kOverhead);
constexpr std::size_t kRoom = kMostAhead + kHeader + tls_record::kMostBody;

thread_local std::unique_ptr<std::uint8_t[]> spare_room;

bool is_protected(ByteView header) {
  return header[0] == static_cast<std::uint8_t>(TlsContent::application_data) && header[1] == 3;
}

std::size_t body_of(ByteView header) { return std::size_t{header[3]} << 8 | header[4]; }

}  // namespace

std::optional<ByteView> TlsRecordInput::next() const {
  if (size() < kHeader) return ByteView();
  const std::size_t body = body_of(view());
  if (!is_protected(view()) || body <= tls_record::kTag || body > tls_record::kMostBody) {
    return std::nullopt;
  }
  return size() < kHeader + body ? ByteView() : view().first(kHeader + body);
}

bool TlsRecordInput::overflows() const {
  return size() >= kHeader && is_protected(view()) && body_of(view()) > tls_record::kMostBody;
}

TlsRecordInput::Outcome TlsRecordInput::read() {
  if (!lent_) {
    auto room = std::move(spare_room);
    if (room == nullptr) room = std::make_unique_for_overwrite<std::uint8_t[]>(kRoom);
    move_to(std::move(room));
    lent_ = true;
  } else if (front_ != 0) {
    std::memmove(room_.get(), view().data(), size());
    back_ -= std::exchange(front_, 0);
  }
  const ssize_t count = ::recv(fd_, room_.get() + back_, kMostAhead, 0);
  drained_ = count < static_cast<ssize_t>(kMostAhead);
  if (count < 0) return errno == EAGAIN || errno == EINTR ? Outcome::nothing : Outcome::failed;
  back_ += static_cast<std::size_t>(count);
  return count == 0 ? Outcome::end : Outcome::some;
}

void TlsRecordInput::settle() {
  if (!lent_ && size() != 0) return;
  auto own = size() == 0 ? nullptr : std::make_unique_for_overwrite<std::uint8_t[]>(size());
  auto room = move_to(std::move(own));
  if (std::exchange(lent_, false)) spare_room = std::move(room);
}

std::unique_ptr<std::uint8_t[]> TlsRecordInput::move_to(std::unique_ptr<std::uint8_t[]> room) {
  if (size() != 0) std::memcpy(room.get(), view().data(), size());
  back_ -= std::exchange(front_, 0);
  return std::exchange(room_, std::move(room));
}

}  // namespace fullcone
