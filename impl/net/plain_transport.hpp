// TCP as it is: an app's connection, or the server's TCP target.
#pragma once

#include "net/transport.hpp"

namespace fullcone {

class PlainTransport final : public Transport {
 public:
  // `fd` is the stream's and outlives the transport.
  explicit PlainTransport(int fd) : fd_(fd) {}

  Status handshake() override { return Status::done; }
  Result read(std::span<std::uint8_t> into) override;
  Result write(ByteView from) override;
  Status send_end() override;
  void prepare_abort() override;
  std::string failure() const override { return {}; }

 private:
  int fd_;
};

}  // namespace fullcone
