// How octets go over a connected socket: as they are, or inside TLS. Non-blocking.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "conformance/live/unique_fd.hpp"

namespace fullcone::conformance {

class StreamTap;

enum class Progress { done, want_read, want_write, ended, failed };

class Transport {
 public:
  virtual ~Transport() = default;
  virtual Progress handshake() = 0;
  // done: `count` octets were read or written. ended: the other end sends no more, in order.
  virtual Progress read(std::span<std::uint8_t> into, std::size_t& count) = 0;
  virtual Progress write(ByteView from, std::size_t& count) = 0;
  // Tells the other end that no more is sent.
  virtual void end() = 0;
  virtual std::string failure() const = 0;  // of the handshake, in words
};

// `fd` outlives the transport.
std::unique_ptr<Transport> plain_transport(const UniqueFd& fd);

struct SslFree {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslPtr = std::unique_ptr<SSL, SslFree>;
using SslContextPtr = std::unique_ptr<SSL_CTX, SslFree>;

// `ssl` is set to connect or to accept. `tap`, which outlives the transport, is told what goes over
// the network, and the keys of a context that has log_key().
std::unique_ptr<Transport> tls_transport(const UniqueFd& fd, SslPtr ssl, StreamTap& tap);
// For SSL_CTX_set_keylog_callback().
void log_key(const SSL* ssl, const char* line);

}  // namespace fullcone::conformance
