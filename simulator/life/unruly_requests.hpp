// Request headers that nobody has tested, octet by octet: addons known and unknown, doubled, empty,
// too long and too short by one; commands, address types and lengths at and beyond their bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "base/random.hpp"
#include "simulator/life/written_octets.hpp"

namespace fullcone::sim {

// Adds to what is written, and cuts it, octet by octet.
class Writer {
 public:
  Writer& add(ByteView octets);
  Writer& add(std::initializer_list<std::uint8_t> octets) {
    return add(ByteView(octets.begin(), octets.size()));
  }
  // A word that stands for `size` octets.
  Writer& add(Piece kind, std::uint32_t number, std::size_t size);
  Writer& add(const Writer& other);
  Writer& fill(std::size_t size) {
    return add(Piece::fill, static_cast<std::uint32_t>(size), size);
  }
  std::size_t size() const { return size_; }
  void cut(std::size_t size);
  WrittenOctets written() const;

 private:
  struct Sized {
    WrittenPiece piece;
    std::size_t size = 0;
  };
  std::vector<Sized> pieces_;
  std::size_t size_ = 0;
};

struct RequestPlan {
  std::uint8_t version = 1;
  std::uint32_t user = 1;    // 0: nobody's
  std::uint8_t session = 0;  // the last octet of a session id; 0: no SESSION
  std::uint8_t mapping = 0;  // 0: no MAPPING
  std::uint8_t command = 1;
  Writer destination;  // of TCP and UDP
};

// The octets of the request, with addons that change nothing now and then.
Writer lawful_request(const RequestPlan& plan, Random& random);
// The same with one thing wrong that a server must refuse, or must not mind.
Writer odd_request(const RequestPlan& plan, Random& random);

}  // namespace fullcone::sim
