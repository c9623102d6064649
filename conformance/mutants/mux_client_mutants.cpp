// Clients that break a rule of mux: what they send by it, and when.
#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "conformance/mutants/link.hpp"
#include "conformance/mutants/mutant.hpp"
#include "conformance/mutants/opens_early.hpp"
#include "conformance/mutants/tampered_network.hpp"
#include "wire/mux_frame.hpp"

namespace fullcone::conformance {
namespace {

struct AnswersTwoPings : Tamper {
  Frames on_frame_up(Link&, const MuxFrame& frame) override {
    return frame.type == FrameType::pong && ++pongs_ > 2 ? Frames{} : Frames{frame};
  }
  int pongs_ = 0;
};

struct AnswersResets : Tamper {
  Frames on_frame_down(Link& link, const MuxFrame& frame) override {
    if (frame.type == FrameType::reset) {
      link.deliver(reset_frame(frame.stream, kNoSuchStream).encode());
    }
    return {frame};
  }
};

struct IgnoresUnknownStreams : Tamper {
  Frames on_frame_up(Link&, const MuxFrame& frame) override {
    const bool answers = frame.type == FrameType::reset && frame.body == Bytes{kNoSuchStream};
    return answers ? Frames{} : Frames{frame};
  }
};

struct BearsWhatFollowsFin : Tamper {
  Frames on_frame_down(Link&, const MuxFrame& frame) override {
    if (frame.type == FrameType::data && ended_[frame.stream]) return {};
    if (frame.type == FrameType::fin) ended_[frame.stream] = true;
    return {frame};
  }
  std::map<std::uint32_t, bool> ended_;
};

struct BelievesLies : Tamper {
  Frames on_frame_down(Link&, const MuxFrame& frame) override {
    const auto parsed = mux::parse_frame(frame.encode(), mux::Sender::server);
    return std::holds_alternative<Malformed>(parsed) ? Frames{} : Frames{frame};
  }
};

struct DoesNotRedial : Tamper {
  void on_first_octets(Link& link, Bytes& octets) override {
    const auto parsed = parse_request_header(octets);
    if (!parsed.parsed() || parsed.value().command != Command::mux) return;
    if (!std::exchange(dialled_, true)) return;
    octets.clear();
    link.inner()->close();
  }
  bool dialled_ = false;
};

// What is sent to another than the first has a stream of its own.
struct StreamPerDestination : Tamper {
  Frames on_frame_up(Link&, const MuxFrame& frame) override {
    if (frame.type != FrameType::datagram) return {frame};
    const std::size_t payload = frame.body.size() - parse_vless_peer(frame.body).consumed();
    const Bytes peer(frame.body.begin(), frame.body.end() - static_cast<std::ptrdiff_t>(payload));
    const auto first = first_.try_emplace(frame.stream, peer).first;
    if (first->second == peer) return {frame};
    const std::uint32_t hidden = 0x4000'0000u + ++hidden_;
    return {open_udp_frame(hidden), {frame.type, hidden, frame.body}};
  }
  std::map<std::uint32_t, Bytes> first_;
  std::uint32_t hidden_ = 0;
};

struct NamesAnother : Tamper {
  Frames on_frame_down(Link&, const MuxFrame& frame) override {
    MuxFrame changed = frame;
    if (frame.type == FrameType::datagram) changed.body[1] ^= 1;
    return {changed};
  }
};

struct KeepsStreams : Tamper {
  Frames on_frame_up(Link&, const MuxFrame& frame) override {
    return frame.type == FrameType::fin ? Frames{} : Frames{frame};
  }
};

// A stream that the server has reset stays the one in use.
struct StaysWithReset : Tamper {
  Frames on_frame_down(Link&, const MuxFrame& frame) override {
    return frame.type == FrameType::reset ? Frames{} : Frames{frame};
  }
};

template <class Fault>
Mutant by_mux(std::string_view rule, std::string_view fault) {
  Mutant mutant = make_mutant<Fault>(rule, fault, Side::client);
  mutant.mode = ClientMode::mux;
  return mutant;
}

template <class Change>
Mutant automatic(std::string_view fault, Change change) {
  return {.rule = "MUX-5",
          .fault = fault,
          .side = Side::client,
          .tune = [change](ServerSettings&, ClientSettings& client) { change(client); },
          .mode = ClientMode::automatic};
}

}  // namespace

std::vector<Mutant> mux_client_mutants() {
  return {
      by_mux<AnswersTwoPings>("MUX-4", "a client that answers two PINGs only"),
      by_mux<AnswersResets>("MUX-4", "a client that answers a RESET"),
      by_mux<IgnoresUnknownStreams>("MUX-4", "a client that ignores frames of unknown streams"),
      by_mux<BearsWhatFollowsFin>("MUX-4", "a client that bears what follows FIN"),
      by_mux<BelievesLies>("MUX-4", "a client that bears malformed frames"),
      by_mux<OpensEarly<Command::mux>>("MUX-5", "a client that opens mux for nothing"),
      by_mux<DoesNotRedial>("MUX-5", "a client that does not redial mux"),
      by_mux<StreamPerDestination>("MUX-5", "a client with a stream for each destination"),
      by_mux<NamesAnother>("MUX-5", "a client that misnames peers of mux"),
      by_mux<KeepsStreams>("MUX-5", "a client that keeps the streams of apps that have gone"),
      by_mux<StaysWithReset>("MUX-5", "a client that stays with a stream that was reset"),
      automatic("a client that never turns to mux",
                [](ClientSettings& client) { client.udp = UdpMode::isolated; }),
      automatic("a client that begins with mux",
                [](ClientSettings& client) { client.udp = UdpMode::mux; }),
      automatic("a client that forgets whom its channels heard",
                [](ClientSettings& client) { client.limits.heard = 1; }),
  };
}

}  // namespace fullcone::conformance
