// Room for the datagrams of one read, shared by any number of sockets of a thread. What the system
// merged on its way (UDP GRO) is cut into datagrams again, and goes back merged as it came.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "base/bytes.hpp"

namespace fullcone::load {

class ReceiveRoom {
 public:
  ReceiveRoom();
  ReceiveRoom(const ReceiveRoom&) = delete;
  ReceiveRoom& operator=(const ReceiveRoom&) = delete;

  // What waits on `fd`, kMessages at most; valid until the next call.
  const std::vector<ByteView>& receive(int fd);
  // Sends what the last receive() gave back to where it came from.
  void echo(int fd);

 private:
  static constexpr std::size_t kMessages = 64;
  static constexpr std::size_t kLargest = 65536;
  struct alignas(cmsghdr) Control {
    std::array<std::byte, CMSG_SPACE(sizeof(int))> octets;
  };

  void cut(std::size_t message);

  std::unique_ptr<std::uint8_t[]> octets_;
  std::array<mmsghdr, kMessages> headers_{};
  std::array<iovec, kMessages> vectors_{};
  std::array<sockaddr_storage, kMessages> names_{};
  std::array<Control, kMessages> controls_{};
  std::size_t messages_ = 0;
  std::vector<ByteView> datagrams_;
};

}  // namespace fullcone::load
