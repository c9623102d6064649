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
    std::size_t octets = 0;  // read, or taken to be sent
  };
  static constexpr std::size_t kLeastRoom = 17408;  // octets: one piece, however it came

  virtual ~Transport() = default;

  // Repeated until it is neither wants_read nor wants_write; the rest only after `done`.
  virtual Status handshake() = 0;
  // Fills `into`, which has kLeastRoom, as far as whole pieces that are there go; done: there may
  // be more, also where nothing has been read.
  virtual Result read(std::span<std::uint8_t> into) = 0;
  // After wants_write the next write begins with the octets that were not taken, wherever they are
  // by then. Precondition: `from` is not empty, unless something is unsent.
  virtual Result write(ByteView from) = 0;
  // What waits here for the socket, in octets as they go out: no fewer than were taken for it. The
  // next write, or send_end, sends it first.
  virtual std::size_t unsent() const { return 0; }
  // Tells the far end that nothing more follows; reading goes on. Repeated after wants_write.
  virtual Status send_end() = 0;
  // close() without an end of the stream shall be seen as a cut.
  virtual void prepare_abort() = 0;
  // Why the handshake failed, for logs.
  virtual std::string failure() const = 0;
};

}  // namespace fullcone
