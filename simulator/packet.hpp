// A datagram on its way. Its octets are copied and hashed once, when it is sent; its copies share
// them.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "simulator/content_hash.hpp"

namespace fullcone::sim {

class Payload {
 public:
  explicit Payload(ByteView octets)
      : octets_(std::make_shared_for_overwrite<std::uint8_t[]>(octets.size())),
        size_(octets.size()),
        hash_(content_hash(0, octets)) {
    if (!octets.empty()) std::memcpy(octets_.get(), octets.data(), octets.size());
  }

  ByteView octets() const { return {octets_.get(), size_}; }
  std::size_t size() const { return size_; }
  // Valid as long as this or a copy of it.
  Content content() const { return {octets(), hash_}; }

 private:
  std::shared_ptr<std::uint8_t[]> octets_;
  std::size_t size_;
  std::uint64_t hash_;
};

struct Packet {
  Endpoint from;
  Endpoint to;
  Payload payload;
};

}  // namespace fullcone::sim
