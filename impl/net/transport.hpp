// What the octets of a stream go through: TCP as it is, or TLS on it. Nothing here blocks or waits;
// the Stream that owns a transport waits for its socket and asks again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.hpp"

namespace fullcone {

class Transport {
 public:
  enum class Status : std::uint8_t {
    done,
    wants_read,   // again when the socket is readable; octets read before that may come with it
    wants_write,  // again when it is writable
    ended,        // reading only: the far end sends no more (close_notify, or TCP's FIN)
    failed,       // reset, timed out, cut without close_notify, or not TLS
  };
  struct Result {
    Status status = Status::failed;
    std::size_t octets = 0;  // read or written; > 0 when a read or a write is done
  };

  virtual ~Transport() = default;

  // Repeated until it is neither wants_read nor wants_write; the rest only after `done`.
  virtual Status handshake() = 0;
  virtual Result read(std::span<std::uint8_t> into) = 0;
  // Precondition: `from` is not empty. After wants_write the next write begins with the same
  // octets, wherever they are by then.
  virtual Result write(ByteView from) = 0;
  // Tells the far end that nothing more follows; reading goes on.
  virtual Status send_end() = 0;
  // close() without an end of the stream shall be seen as a cut.
  virtual void prepare_abort() = 0;
  // Why the handshake failed, for logs.
  virtual std::string failure() const = 0;
};

}  // namespace fullcone
