// Servers that put up with frames, or answer them, as MUX-4 forbids; and too many, or too few,
// streams. Up is from client to server.
#include <set>
#include <utility>
#include <variant>

#include "conformance/mutants/link.hpp"
#include "conformance/mutants/mutant.hpp"
#include "conformance/mutants/tampered_network.hpp"
#include "wire/mux_frame.hpp"

namespace fullcone::conformance {
namespace {

using Id = std::pair<const Link*, std::uint32_t>;

struct AnswersTwoPings : Tamper {
  Frames on_frame_down(Link&, const MuxFrame& frame) override {
    return frame.type == FrameType::pong && ++pongs_ > 2 ? Frames{} : Frames{frame};
  }
  int pongs_ = 0;
};

struct AnswersPadding : Tamper {
  Frames on_frame_up(Link& link, const MuxFrame& frame) override {
    if (frame.type == FrameType::padding) {
      link.deliver(reset_frame(frame.stream == 0 ? 1 : frame.stream, kNoSuchStream).encode());
    }
    return {frame};
  }
};

struct AnswersResets : Tamper {
  Frames on_frame_up(Link& link, const MuxFrame& frame) override {
    if (frame.type == FrameType::reset && frame.stream != 0) {
      link.deliver(reset_frame(frame.stream, kNoSuchStream).encode());
    }
    return {frame};
  }
};

struct IgnoresUnknownStreams : Tamper {
  Frames on_frame_down(Link&, const MuxFrame& frame) override {
    const bool answers = frame.type == FrameType::reset && frame.body == Bytes{kNoSuchStream};
    return answers ? Frames{} : Frames{frame};
  }
};

struct ClosesForUnknownStreams : Tamper {
  Frames on_frame_down(Link& link, const MuxFrame& frame) override {
    const bool answers = frame.type == FrameType::reset && frame.body == Bytes{kNoSuchStream};
    if (answers) link.inner()->cut();
    return {frame};
  }
};

struct BearsWhatFollowsFin : Tamper {
  Frames on_frame_up(Link& link, const MuxFrame& frame) override {
    if (ended_.contains({&link, frame.stream}) && frame.type != FrameType::window) return {};
    if (frame.type == FrameType::fin) ended_.insert({&link, frame.stream});
    return {frame};
  }
  std::set<Id> ended_;
};

struct BearsOtherNetwork : Tamper {
  Frames on_frame_up(Link& link, const MuxFrame& frame) override {
    const Id id{&link, frame.stream};
    if (frame.type == FrameType::open && frame.body == Bytes{2}) udp_.insert(id);
    const bool of_udp = frame.type == FrameType::datagram;
    const bool of_tcp = frame.type == FrameType::data || frame.type == FrameType::window;
    const bool other = (of_udp && !udp_.contains(id)) || (of_tcp && udp_.contains(id));
    return other ? Frames{} : Frames{frame};
  }
  std::set<Id> udp_;
};

// Each kind of fault by itself: who finds out some need not find out all.
template <bool (*puts_up_with)(const MuxFrame&)>
struct BearsMalformed : Tamper {
  Frames on_frame_up(Link&, const MuxFrame& frame) override {
    const auto parsed = mux::parse_frame(frame.encode(), mux::Sender::client);
    const bool malformed = std::holds_alternative<Malformed>(parsed);
    return malformed && puts_up_with(frame) ? Frames{} : Frames{frame};
  }
};

bool is_unknown(const MuxFrame& frame) { return frame.type > FrameType::pong; }
bool is_of_wrong_stream(const MuxFrame& frame) {
  const bool of_connection = frame.type == FrameType::ping || frame.type == FrameType::pong;
  return !is_unknown(frame) && of_connection != (frame.stream == 0);
}
bool has_address(const MuxFrame& frame) {
  return frame.type == FrameType::datagram ||
         (frame.type == FrameType::open && !frame.body.empty() && frame.body.front() == 1);
}
bool has_wrong_body(const MuxFrame& frame) {
  return !is_unknown(frame) && !is_of_wrong_stream(frame) && !has_address(frame);
}

struct TakesAnyId : Tamper {
  Frames on_frame_up(Link& link, const MuxFrame& frame) override {
    if (frame.type != FrameType::open) return {frame};
    return opened_.insert({&link, frame.stream}).second || frame.stream > 8 ? Frames{frame}
                                                                            : Frames{};
  }
  std::set<Id> opened_;
};

struct NoLongFrames : Tamper {
  Frames on_frame_up(Link& link, const MuxFrame& frame) override {
    if (frame.type == FrameType::data && frame.body.size() > kFairData) link.inner()->cut();
    return {frame};
  }
};

// Takes what follows a request in its record for a part of it.
struct LosesFirstFrame : Tamper {
  bool reads_requests() const override { return true; }
  void on_first_octets(Link&, Bytes& octets) override {
    const auto parsed = parse_request_header(octets);
    if (parsed.parsed() && parsed.value().command == Command::mux) octets.resize(parsed.consumed());
  }
};

template <class Change>
Mutant tuned(std::string_view rule, std::string_view fault, Change change) {
  return {rule, fault, Side::server, {}, [change](ServerSettings& server, ClientSettings&) {
            change(server.limits.mux);
          }};
}

}  // namespace

std::vector<Mutant> mux_frame_mutants() {
  return {
      make_mutant<AnswersTwoPings>("MUX-4", "answers two PINGs only"),
      make_mutant<AnswersPadding>("MUX-4", "answers PADDING"),
      make_mutant<AnswersResets>("MUX-4", "answers a RESET"),
      make_mutant<IgnoresUnknownStreams>("MUX-4", "ignores frames of unknown streams"),
      make_mutant<ClosesForUnknownStreams>("MUX-4", "closes for a frame of an unknown stream"),
      make_mutant<BearsWhatFollowsFin>("MUX-4", "bears what follows FIN"),
      make_mutant<BearsOtherNetwork>("MUX-4", "bears frames of the other network"),
      make_mutant<BearsMalformed<is_unknown>>("MUX-4", "bears unknown frames"),
      make_mutant<BearsMalformed<is_of_wrong_stream>>("MUX-4", "bears frames of a wrong stream"),
      make_mutant<BearsMalformed<has_wrong_body>>("MUX-4", "bears bodies of a wrong length"),
      make_mutant<BearsMalformed<has_address>>("MUX-4", "bears malformed addresses on mux"),
      make_mutant<TakesAnyId>("MUX-4", "bears ids that do not rise"),
      make_mutant<NoLongFrames>("MUX-4", "takes no frame above 16 KiB"),
      make_mutant<LosesFirstFrame>("MUX-4", "loses the frame behind the request"),
      tuned("MUX-3", "queues datagrams on mux without bound",
            [](MuxLimits& limits) { limits.datagram_queue_bytes = 1u << 30; }),
      tuned("MUX-4", "has room for one stream too many",
            [](MuxLimits& limits) { ++limits.streams; }),
      tuned("MUX-4", "has room for one stream too few",
            [](MuxLimits& limits) { --limits.streams; }),
  };
}

}  // namespace fullcone::conformance
