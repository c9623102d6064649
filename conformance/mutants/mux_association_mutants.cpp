// Servers that break a rule of mux by what they do to datagrams and connections: MUX-1. Up is from
// client to server.
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "conformance/bed/request.hpp"
#include "conformance/mutants/link.hpp"
#include "conformance/mutants/mutant.hpp"
#include "conformance/mutants/tampered_network.hpp"

namespace fullcone::conformance {
namespace {

using Id = std::pair<const Link*, std::uint32_t>;

// A DATAGRAM's body: what names the peer, and the payload behind it.
std::pair<Bytes, Bytes> split(const Bytes& body) {
  const auto parsed = parse_vless_peer(body);
  if (!parsed.parsed()) return {body, {}};
  const auto payload = body.begin() + static_cast<std::ptrdiff_t>(parsed.consumed());
  return {Bytes(body.begin(), payload), Bytes(payload, body.end())};
}

// An association for each destination, of which the client knows one.
struct PortPerDestination : Tamper {
  Frames on_frame_up(Link& link, const MuxFrame& frame) override {
    if (frame.type != FrameType::datagram) return {frame};
    const Bytes peer = split(frame.body).first;
    const auto first = first_.try_emplace({&link, frame.stream}, peer).first;
    if (first->second == peer) return {frame};
    const auto [hidden, is_new] =
        hidden_.try_emplace({&link, frame.stream, peer}, kHidden + hidden_.size());
    shown_[{&link, hidden->second}] = frame.stream;
    Frames frames;
    if (is_new) frames.push_back(open_udp_frame(hidden->second));
    frames.push_back({frame.type, hidden->second, frame.body});
    return frames;
  }
  Frames on_frame_down(Link& link, const MuxFrame& frame) override {
    const auto shown = shown_.find({&link, frame.stream});
    return {{frame.type, shown == shown_.end() ? frame.stream : shown->second, frame.body}};
  }
  static constexpr std::uint32_t kHidden = 0x4000'0000;
  std::map<Id, Bytes> first_;
  std::map<std::tuple<const Link*, std::uint32_t, Bytes>, std::uint32_t> hidden_;
  std::map<Id, std::uint32_t> shown_;
};

// Lets in only whom the association has written to.
struct FiltersStrangers : Tamper {
  Frames on_frame_up(Link& link, const MuxFrame& frame) override {
    if (frame.type == FrameType::datagram) {
      const Bytes peer = split(frame.body).first;
      written_[{&link, frame.stream}].insert(peer);
      if (peer.front() == 2) by_name_.insert({&link, frame.stream});
    }
    return {frame};
  }
  Frames on_frame_down(Link& link, const MuxFrame& frame) override {
    const Id id{&link, frame.stream};
    if (frame.type != FrameType::datagram || by_name_.contains(id)) return {frame};
    return written_[id].contains(split(frame.body).first) ? Frames{frame} : Frames{};
  }
  std::map<Id, std::set<Bytes>> written_;
  std::set<Id> by_name_;
};

// Names the peer that was written to last.
struct NamesAnother : Tamper {
  Frames on_frame_up(Link& link, const MuxFrame& frame) override {
    if (frame.type == FrameType::datagram) last_[{&link, frame.stream}] = split(frame.body).first;
    return {frame};
  }
  Frames on_frame_down(Link& link, const MuxFrame& frame) override {
    if (frame.type != FrameType::datagram) return {frame};
    const Bytes payload = split(frame.body).second;
    return {{frame.type, frame.stream, last_[{&link, frame.stream}] + payload}};
  }
  std::map<Id, Bytes> last_;
};

// All associations of a connection share what comes for any.
struct SharesDatagrams : Tamper {
  Frames on_frame_up(Link& link, const MuxFrame& frame) override {
    if (frame.type == FrameType::open && frame.body == Bytes{2}) open_[&link].insert(frame.stream);
    return {frame};
  }
  Frames on_frame_down(Link& link, const MuxFrame& frame) override {
    if (frame.type != FrameType::datagram) return {frame};
    Frames frames;
    for (const auto stream : open_[&link]) frames.push_back({frame.type, stream, frame.body});
    return frames;
  }
  std::map<const Link*, std::set<std::uint32_t>> open_;
};

struct CutsLongDatagrams : Tamper {
  Frames on_frame_down(Link&, const MuxFrame& frame) override {
    MuxFrame cut = frame;
    if (cut.type == FrameType::datagram && cut.body.size() > 1400) cut.body.resize(1400);
    return {cut};
  }
};

struct DropsEmptyDatagrams : Tamper {
  Frames on_frame_up(Link&, const MuxFrame& frame) override {
    const bool empty = frame.type == FrameType::datagram && split(frame.body).second.empty();
    return empty ? Frames{} : Frames{frame};
  }
};

struct NoNames : Tamper {
  Frames on_frame_up(Link&, const MuxFrame& frame) override {
    const bool named = frame.type == FrameType::datagram && frame.body.front() == 2;
    return named ? Frames{} : Frames{frame};
  }
};

// Takes a datagram that has no way for the end of its association.
struct LostCosts : Tamper {
  Frames on_frame_up(Link&, const MuxFrame& frame) override {
    if (frame.type != FrameType::datagram) return {frame};
    const auto [peer, payload] = split(frame.body);
    const bool lost =
        payload.size() > 65'507 || as_text(peer).find(".invalid") != std::string_view::npos;
    return {lost ? fin_frame(frame.stream) : frame};
  }
};

// A stream that has ended keeps what it had.
struct KeepsStreams : Tamper {
  Frames on_frame_up(Link&, const MuxFrame& frame) override {
    const bool ends = frame.type == FrameType::fin || frame.type == FrameType::reset;
    return ends ? Frames{} : Frames{frame};
  }
};

struct KeepsConnections : Tamper {
  Ending on_ending(Link& link, Ending how) override {
    return link.is(Command::mux) ? Ending::nothing : how;
  }
};

struct TellsTwice : Tamper {
  Frames on_frame_down(Link&, const MuxFrame& frame) override {
    return frame.type == FrameType::datagram ? Frames{frame, frame} : Frames{frame};
  }
};

// What comes for an association comes on the user's isolated channels, too.
struct TellsChannels : Tamper {
  Frames on_frame_down(Link&, const MuxFrame& each) override {
    if (each.type != FrameType::datagram) return {each};
    for (Link* const link : network->links()) {
      if (link->is(Command::udp)) link->deliver(frame(as_text(split(each.body).second)));
    }
    return {each};
  }
};

struct ServesNoOne : Tamper {
  bool reads_requests() const override { return true; }
  bool on_request(Link&, RequestHeader& header) override { return header.command != Command::mux; }
};

// Offers no mux, and does not say so.
Mutant keeps_waiting() {
  Mutant mutant = make_mutant<ServesNoOne>("HDR-3", "keeps a client waiting that asks for mux");
  mutant.tune = [](ServerSettings& server, ClientSettings&) { server.mux = false; };
  return simulated_only(mutant);
}

}  // namespace

std::vector<Mutant> mux_association_mutants() {
  return {
      keeps_waiting(),
      make_mutant<PortPerDestination>("MUX-1", "an association with a port for each destination"),
      make_mutant<FiltersStrangers>("MUX-1", "an association that keeps strangers out"),
      make_mutant<NamesAnother>("MUX-1", "names whom an association wrote to last"),
      make_mutant<SharesDatagrams>("MUX-1", "tells all associations of a connection"),
      make_mutant<CutsLongDatagrams>("MUX-1", "cuts long datagrams on mux"),
      make_mutant<DropsEmptyDatagrams>("MUX-1", "drops empty datagrams on mux"),
      make_mutant<NoNames>("MUX-1", "knows no names on mux"),
      make_mutant<LostCosts>("MUX-1", "ends an association for a datagram that cannot go"),
      make_mutant<KeepsStreams>("MUX-1", "keeps the ports of streams that have ended"),
      make_mutant<KeepsStreams>("MUX-4", "counts streams that have ended"),
      make_mutant<KeepsConnections>("MUX-1", "keeps the ports of connections that have gone"),
      make_mutant<TellsTwice>("MUX-1", "tells everything twice on mux"),
      make_mutant<TellsChannels>("MUX-1", "tells isolated channels what comes for mux"),
  };
}
}  // namespace fullcone::conformance
