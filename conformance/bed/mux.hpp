// A mux connection, spoken frame by frame from either end: what came on each of its streams, the
// credit of both directions, PINGs answered. Whatever the subject writes has to be well-formed,
// within its credit and of a stream that there is; otherwise the case ends. A handle: copies are
// the same connection.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/bed/connection.hpp"
#include "conformance/bed/mux_frame.hpp"
#include "wire/mux_frame.hpp"

namespace fullcone::conformance {

// A DATAGRAM: whom it names, and what it carries.
struct MuxDatagram {
  Destination peer;
  std::string payload;
  bool operator==(const MuxDatagram&) const = default;
};
std::string describe(const MuxDatagram& datagram);

class Mux {
 public:
  // What came on one stream, and what may still go.
  struct StreamState {
    bool udp = false;
    std::string octets;
    std::size_t taken = 0;  // of the octets, by the case
    bool ended = false;
    std::optional<std::uint8_t> reset;  // its reason
    bool end_taken = false;             // likewise
    std::deque<MuxDatagram> datagrams;
    std::uint64_t credit = kFirstCredit;   // what the suite may still send
    std::uint64_t granted = kFirstCredit;  // what the subject may still send
    bool renews = true;                    // what comes is granted again at once
    bool given_up = false;                 // by the suite's RESET: what still comes is of a race
    std::string_view unread() const { return std::string_view(octets).substr(taken); }
  };
  // An OPEN of a client's.
  struct Opened {
    std::uint32_t stream = 0;
    std::optional<Destination> target;  // nullopt: UDP
  };
  // A DATA or DATAGRAM frame, in the order in which they came.
  struct Arrival {
    bool datagram = false;
    std::uint32_t stream = 0;
    std::size_t size = 0;  // of the body
  };

  // `subject`: whose frames are read.
  Mux(Connection connection, mux::Sender subject);

  void send(const MuxFrame& frame) const;
  // Any octets.
  void send_raw(const Bytes& octets, const std::string& what) const;
  // A PING's PONG: what was sent before has been dealt with. Ends the case where none comes.
  void ping() const;
  // The same; false: the connection has been closed instead, silently.
  bool is_answered() const;
  // That the subject closes the connection, whatever came on it before.
  Finding closes() const;
  Finding is_open() const;
  // The next OPEN; ends the case when none comes.
  Opened next_open() const;

  // An id that rises, of a stream that is to be.
  std::uint32_t next_id() const { return ++state_->last_id; }
  // Notes that the suite opens the stream.
  void expect_stream(std::uint32_t id, bool udp) const;
  StreamState& stream(std::uint32_t id) const { return state_->streams[id]; }
  // Waits until `done`, taking what comes.
  bool wait_until(const std::function<bool()>& done) const;
  // Takes what has come.
  void look() const;
  const std::vector<Arrival>& arrivals() const { return state_->arrivals; }
  // Gives the subject more credit, counted.
  void grant(std::uint32_t id, std::uint32_t credit) const;

  const Connection& connection() const { return state_->connection; }
  Bed& bed() const { return connection().bed(); }
  void close() const { connection().close(); }
  void cut() const { connection().cut(); }
  // What comes and is not taken: frames of streams, but no credit, PING and PADDING.
  operator Party() const;

 private:
  struct State {
    Connection connection;
    mux::Sender subject;
    std::uint32_t last_id = 0;
    std::map<std::uint32_t, StreamState> streams;
    std::deque<Opened> opened;
    std::vector<std::string> pongs;
    std::vector<Arrival> arrivals;
  };
  void read(const mux::Frame& frame) const;
  void read_data(const mux::Data& data) const;
  void read_datagram(const mux::Datagram& datagram) const;
  StreamState* known(mux::StreamId id, const char* what) const;
  void tell(const std::string& what, std::string_view octets = {}) const;
  std::optional<std::string> next() const;
  std::shared_ptr<State> state_;
};

}  // namespace fullcone::conformance
