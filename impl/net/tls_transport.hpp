// TLS on TCP. close_notify ends a direction; a TCP end without it is a cut (RFC 8446 section 6.1).
// One read of the socket takes as many records as wait, and OpenSSL has them one by one from there;
// of records that are written one after another all but the last leave with the promise of more, so
// that TCP sends them together.
#pragma once

#include <memory>

#include "net/openssl_handles.hpp"
#include "net/transport.hpp"

namespace fullcone {

class TlsTransport final : public Transport {
 public:
  // `ssl` is not bound to anything yet; `fd`, the stream's socket, outlives the transport.
  TlsTransport(SslPtr ssl, int fd);

  Status handshake() override;
  Result read(std::span<std::uint8_t> into) override;
  Result write(ByteView from) override;
  Status send_end() override;
  void prepare_abort() override {}  // a TCP end without close_notify is one already
  std::string failure() const override { return failure_; }

 private:
  // OpenSSL's view of the socket, and what has been read ahead of it.
  struct Socket {
    int fd;
    bool more = false;     // is written right behind what is being written
    bool drained = false;  // the last read found less than it had room for
    std::unique_ptr<std::uint8_t[]> room = nullptr;  // there while octets wait in it
    std::size_t front = 0;
    std::size_t back = 0;

    bool empty() const { return front == back; }
  };
  static const BIO_METHOD* method();
  static int read_socket(BIO* bio, char* into, int size);
  static ssize_t read_ahead(Socket& socket);
  static int write_socket(BIO* bio, const char* from, int size);
  static long control(BIO* bio, int command, long number, void* pointer);

  Status status_of(int returned);

  Socket socket_;
  SslPtr ssl_;
  std::string failure_;
};

}  // namespace fullcone
