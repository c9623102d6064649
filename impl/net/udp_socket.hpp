// A UDP socket of a shard: a mapping of the server, or the relay of an association. Not connected,
// so it takes datagrams from anyone, and ICMP errors about one peer do not disturb the others.
//
// Lives on its shard's thread; `on_datagrams` is called from the event loop only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "net/datagram_batch.hpp"
#include "net/send_batch.hpp"
#include "net/socket_address.hpp"

namespace fullcone {

class UdpSocket : public std::enable_shared_from_this<UdpSocket> {
 public:
  using OnDatagrams = std::function<void(const DatagramBatch::Part&)>;

  // A socket on `address`, port 0: of the system's choice. Null: the system gave none. It reads
  // from now on.
  static std::shared_ptr<UdpSocket> open(boost::asio::io_context& context, DatagramBatch& batch,
                                         const Endpoint& address, OnDatagrams on_datagrams);

  UdpSocket(boost::asio::io_context& context, DatagramBatch& batch, OnDatagrams on_datagrams);
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  Endpoint local() const { return local_endpoint(fd_); }
  // Empties `batch`; returns how many of its datagrams the system did not take.
  std::size_t send(SendBatch& batch) { return batch.send(fd_, largest_segment_); }
  void close();

 private:
  bool bind(const Endpoint& address);
  void await_readable();
  void read_later();
  void read();

  int fd_ = -1;
  boost::asio::posix::stream_descriptor socket_;
  DatagramBatch& batch_;
  OnDatagrams on_datagrams_;
  std::size_t largest_segment_ = SendBatch::kAnySegment;
  bool closed_ = false;
};

}  // namespace fullcone
