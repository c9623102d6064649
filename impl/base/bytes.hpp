// Byte views, owned byte strings, and the one bounded reader that parsers may index bytes with.
// A reader never reads past its view: a failed read returns nullopt and leaves the position alone.
#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fullcone {

using ByteView = std::span<const std::uint8_t>;
using Bytes = std::vector<std::uint8_t>;

// The octets of `text`, without a terminator.
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes to_bytes(ByteView view) { return Bytes(view.begin(), view.end()); }
inline Bytes to_bytes(std::string_view text) { return to_bytes(as_bytes(text)); }

inline void append(Bytes& to, ByteView from) { to.insert(to.end(), from.begin(), from.end()); }

// The eight octets at `octets` as a big-endian number: the same everywhere, and ordered as they
// are.
inline std::uint64_t load_u64(const std::uint8_t* octets) {
  std::uint64_t word = 0;
  std::memcpy(&word, octets, sizeof(word));
  return std::endian::native == std::endian::little ? __builtin_bswap64(word) : word;
}

// Reads big-endian fields from the front of a view.
class ByteReader {
 public:
  explicit ByteReader(ByteView view) : view_(view) {}

  std::size_t consumed() const { return position_; }
  std::size_t remaining() const { return view_.size() - position_; }
  ByteView rest() const { return view_.subspan(position_); }

  std::optional<std::uint8_t> u8() {
    if (remaining() < 1) return std::nullopt;
    return view_[position_++];
  }

  std::optional<std::uint16_t> u16() {
    if (remaining() < 2) return std::nullopt;
    const auto value = static_cast<std::uint16_t>(view_[position_] << 8 | view_[position_ + 1]);
    position_ += 2;
    return value;
  }

  std::optional<std::uint32_t> u32() {
    if (remaining() < 4) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | view_[position_ + i];
    position_ += 4;
    return value;
  }

  // The next `count` octets, as a view into the input.
  std::optional<ByteView> take(std::size_t count) {
    if (remaining() < count) return std::nullopt;
    const ByteView taken = view_.subspan(position_, count);
    position_ += count;
    return taken;
  }

 private:
  ByteView view_;
  std::size_t position_ = 0;
};

// A few octets held in place: message heads that go before a payload without an allocation.
// A copy costs what is in use, not the capacity.
template <std::size_t Capacity>
class ShortBytes {
 public:
  ShortBytes() {}  // NOLINT(modernize-use-equals-default): leaves the octets uninitialised
  ShortBytes(const ShortBytes& other) : ShortBytes() { append(other.view()); }
  ShortBytes& operator=(const ShortBytes& other) {
    if (this == &other) return *this;
    size_ = 0;
    append(other.view());
    return *this;
  }
  ~ShortBytes() = default;

  ShortBytes& u8(std::uint8_t value) {
    assert(size_ < Capacity);
    octets_[size_++] = value;
    return *this;
  }
  ShortBytes& u16(std::uint16_t value) {
    return u8(static_cast<std::uint8_t>(value >> 8)).u8(static_cast<std::uint8_t>(value & 0xff));
  }
  ShortBytes& u32(std::uint32_t value) {
    return u16(static_cast<std::uint16_t>(value >> 16))
        .u16(static_cast<std::uint16_t>(value & 0xffff));
  }
  ShortBytes& append(ByteView octets) {
    assert(size_ + octets.size() <= Capacity);
    if (!octets.empty()) std::memcpy(octets_.data() + size_, octets.data(), octets.size());
    size_ += octets.size();
    return *this;
  }

  ByteView view() const { return {octets_.data(), size_}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  std::array<std::uint8_t, Capacity> octets_;
  std::size_t size_ = 0;
};

}  // namespace fullcone
