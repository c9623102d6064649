#include "conformance/bed/mux.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/overloaded.hpp"

namespace fullcone::conformance {
namespace {

constexpr std::size_t kOpaque = 8;  // octets of a PING

// The size of the frame that begins `octets`; nullopt: not all of it is there.
std::optional<std::size_t> whole_frame(ByteView octets) {
  if (octets.size() < kMuxHead) return std::nullopt;
  const std::size_t size = kMuxHead + (static_cast<std::size_t>(octets[5]) << 8 | octets[6]);
  return octets.size() < size ? std::nullopt : std::optional(size);
}

std::uint32_t number(mux::StreamId id) { return static_cast<std::uint32_t>(id); }

std::string pong(std::string_view opaque) { return "PONG " + hex_of(as_bytes(opaque)); }

std::string of_stream(const char* what, mux::StreamId id) {
  return std::string(what) + " of stream " + std::to_string(number(id));
}

}  // namespace

std::string describe(const MuxDatagram& datagram) {
  return describe(datagram.payload) + " with " + describe(datagram.peer);
}

Mux::Mux(Connection connection, mux::Sender subject)
    : state_(std::make_shared<State>(State{std::move(connection), subject, 0, {}, {}, {}, {}})) {}

// ----- what is written

void Mux::send(const MuxFrame& frame) const {
  bed().sent(connection().name(), describe(frame), as_text(frame.body));
  if (frame.type != FrameType::datagram) bed().of_stream();
  connection().stream().send(frame.encode());
}

void Mux::send_raw(const Bytes& octets, const std::string& what) const {
  bed().sent(connection().name(), what, as_text(octets));
  connection().stream().send(octets);
}

void Mux::grant(std::uint32_t id, std::uint32_t credit) const {
  stream(id).granted += credit;
  send(window_frame(id, credit));
}

void Mux::expect_stream(std::uint32_t id, bool udp) const {
  state_->last_id = std::max(state_->last_id, id);
  stream(id).udp = udp;
}

void Mux::ping() const {
  if (!is_answered()) throw Unmet{"a PONG", connection().describe_now(), ""};
}

bool Mux::is_answered() const {
  const std::string opaque = bed().unique("p", kOpaque);
  send(ping_frame(opaque));
  const auto answered = [&] { return std::ranges::count(state_->pongs, opaque) != 0; };
  wait_until([&] { return answered() || connection().is_closed(); });
  if (std::erase(state_->pongs, opaque) != 0) return true;
  if (connection().is_closed()) return false;
  throw Unmet{"a PONG", connection().describe_now(), "", true};
}

// ----- what is waited for

bool Mux::wait_until(const std::function<bool()>& done) const {
  return bed().wait_until([&] {
    look();
    return done();
  });
}

Finding Mux::closes() const {
  wait_until([&] { return connection().is_closed(); });
  return {connection().is_closed(), connection().describe_now()};
}

Finding Mux::is_open() const {
  look();
  return connection().is_open();
}

Mux::Opened Mux::next_open() const {
  if (!wait_until([&] { return !state_->opened.empty(); })) {
    throw Unmet{"an OPEN on " + connection().name(), connection().describe_now(), "", true};
  }
  const Opened opened = state_->opened.front();
  state_->opened.pop_front();
  return opened;
}

// ----- what comes

void Mux::look() const {
  for (;;) {
    const ByteView unread = connection().unread();
    const auto size = whole_frame(unread);
    if (!size) return;
    const ByteView frame = unread.first(*size);
    const auto parsed = mux::parse_frame(frame, state_->subject);
    if (const auto* const fault = std::get_if<Malformed>(&parsed)) {
      throw Unmet{"a well-formed frame",
                  std::string(fault->why) + ": " +
                      describe(as_text(frame.first(std::min<std::size_t>(*size, 64)))),
                  ""};
    }
    read(std::get<mux::Frame>(parsed));
    connection().take(*size);
  }
}

void Mux::read(const mux::Frame& frame) const {
  std::visit(
      Overloaded{
          [](const mux::Padding&) {},
          [&](const mux::Open& open) {
            const std::uint32_t id = number(open.stream);
            if (id <= state_->last_id)
              throw Unmet{"a stream id that rises", std::to_string(id), ""};
            expect_stream(id, !open.target);
            state_->opened.push_back({id, open.target});
            tell(of_stream("OPEN", open.stream));
          },
          [&](const mux::Data& data) { read_data(data); },
          [&](const mux::Datagram& datagram) { read_datagram(datagram); },
          [&](const mux::Window& window) {
            if (auto* const of = known(window.stream, "WINDOW")) of->credit += window.credit;
          },
          [&](const mux::Fin& fin) {
            if (auto* const of = known(fin.stream, "FIN")) of->ended = true;
            tell(of_stream("FIN", fin.stream));
          },
          [&](const mux::Reset& reset) {
            stream(number(reset.stream)).reset = static_cast<std::uint8_t>(reset.reason);
            tell(of_stream("RESET", reset.stream) + ", reason " +
                 std::to_string(static_cast<int>(reset.reason)));
          },
          [&](const mux::Ping&) {
            const ByteView opaque = connection().unread().subspan(kMuxHead, kOpaque);
            connection().stream().send(MuxFrame{FrameType::pong, 0, to_bytes(opaque)}.encode());
          },
          [&](const mux::Pong&) {
            const ByteView opaque = connection().unread().subspan(kMuxHead, kOpaque);
            state_->pongs.emplace_back(as_text(opaque));
            tell(pong(state_->pongs.back()));
            bed().of_stream();
          },
      },
      frame);
}

void Mux::read_data(const mux::Data& data) const {
  StreamState* const of = known(data.stream, "DATA");
  if (of == nullptr) return;
  if (of->udp) throw Unmet{"DATAGRAM on a UDP stream", of_stream("DATA", data.stream), ""};
  if (of->ended) throw Unmet{"nothing behind FIN", of_stream("DATA", data.stream), ""};
  const std::size_t size = data.octets.size();
  if (size > of->granted) {
    throw Unmet{"DATA within its credit, " + std::to_string(of->granted),
                of_stream("DATA", data.stream) + " of " + std::to_string(size) + " octets", ""};
  }
  of->granted -= size;
  of->octets += as_text(data.octets);
  state_->arrivals.push_back({false, number(data.stream), size});
  tell(of_stream("DATA", data.stream) + ", " + std::to_string(size) + " octets");
  bed().of_stream();
  if (of->renews && size != 0) grant(number(data.stream), static_cast<std::uint32_t>(size));
}

void Mux::read_datagram(const mux::Datagram& datagram) const {
  StreamState* const of = known(datagram.stream, "DATAGRAM");
  if (of == nullptr) return;
  if (!of->udp) throw Unmet{"DATA on a TCP stream", of_stream("DATAGRAM", datagram.stream), ""};
  state_->arrivals.push_back({true, number(datagram.stream), datagram.payload.size()});
  const std::string payload(as_text(datagram.payload));
  of->datagrams.push_back({datagram.peer, payload});
  tell(of_stream("DATAGRAM", datagram.stream) + ", " + describe(of->datagrams.back()), payload);
}

// nullptr: the suite has given it up, and the subject did not know yet.
Mux::StreamState* Mux::known(mux::StreamId id, const char* what) const {
  const auto found = state_->streams.find(number(id));
  if (found == state_->streams.end()) {
    throw Unmet{"frames of streams that there are", of_stream(what, id), ""};
  }
  return found->second.given_up ? nullptr : &found->second;
}

void Mux::tell(const std::string& what, std::string_view octets) const {
  bed().received(connection().name(), what, octets);
}

std::optional<std::string> Mux::next() const {
  look();
  if (!state_->opened.empty())
    return "OPEN of stream " + std::to_string(state_->opened.front().stream);
  for (const auto& [id, of] : state_->streams) {
    const std::string on = " on stream " + std::to_string(id);
    if (!of.datagrams.empty()) return describe(of.datagrams.front()) + on;
    if (!of.unread().empty()) return describe(of.unread()) + on;
    if (of.end_taken) continue;
    if (of.reset) return "RESET" + on;
    if (of.ended) return "FIN" + on;
  }
  if (!state_->pongs.empty()) return pong(state_->pongs.front());
  if (connection().is_closed()) return describe(connection().stream().state());
  return std::nullopt;
}

Mux::operator Party() const {
  const Mux mux = *this;
  return {
      connection().name(), [mux] { return mux.next(); },
      [mux] { mux.state_->pongs.erase(mux.state_->pongs.begin()); },  // nothing else is a marker
      [mux]() -> std::optional<std::string> {
        if (mux.connection().is_closed()) return std::nullopt;
        const std::string opaque = mux.bed().unique("p", kOpaque);
        mux.send(ping_frame(opaque));
        return pong(opaque);
      }};
}

}  // namespace fullcone::conformance
