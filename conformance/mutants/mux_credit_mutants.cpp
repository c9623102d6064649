// Servers, and clients, that break a rule of mux by what they do to the octets of streams: TCP-1 to
// TCP-3, MUX-2 and MUX-3. Up is from client to server; what is said of one direction is said of the
// other where the subject is at the other end.
#include <algorithm>
#include <map>
#include <utility>

#include "conformance/mutants/link.hpp"
#include "conformance/mutants/mutant.hpp"
#include "conformance/mutants/tampered_network.hpp"

namespace fullcone::conformance {
namespace {

using Id = std::pair<const Link*, std::uint32_t>;
using Frames = Tamper::Frames;

std::uint32_t credit_of(const MuxFrame& window) {
  return ByteReader(window.body).u32().value_or(0);
}

bool opens_tcp(const MuxFrame& frame) {
  return frame.type == FrameType::open && !frame.body.empty() && frame.body.front() == 1;
}

// Frames of the subject's and of the suite's, whoever is the client.
template <bool subject_is_server>
struct FrameTamper : Tamper {
  Frames on_frame_up(Link& link, const MuxFrame& frame) final {
    return subject_is_server ? of_suite(link, frame) : of_subject(link, frame);
  }
  Frames on_frame_down(Link& link, const MuxFrame& frame) final {
    return subject_is_server ? of_subject(link, frame) : of_suite(link, frame);
  }
  virtual Frames of_suite(Link&, const MuxFrame& frame) { return {frame}; }
  virtual Frames of_subject(Link&, const MuxFrame& frame) { return {frame}; }
};

// ----- octets and ends

template <bool server>
struct FlipsBit : FrameTamper<server> {
  Frames of_subject(Link&, const MuxFrame& frame) override {
    MuxFrame changed = frame;
    if (frame.type == FrameType::data && !frame.body.empty()) {
      seen_ += frame.body.size();
      if (seen_ > 100'000) changed.body.back() ^= 1;
    }
    return {changed};
  }
  std::size_t seen_ = 0;
};

// What comes with OPEN, before a target can be there.
struct LosesEarlyData : Tamper {
  Frames on_frame_up(Link& link, const MuxFrame& frame) override {
    if (frame.type == FrameType::open) opened_[{&link, frame.stream}] = looks_;
    const auto opened = opened_.find({&link, frame.stream});
    const bool early = opened != opened_.end() && opened->second == looks_;
    return frame.type == FrameType::data && early ? Frames{} : Frames{frame};
  }
  void look() override { ++looks_; }
  std::map<Id, int> opened_;
  int looks_ = 0;
};

struct NoIpv6 : Tamper {
  Frames on_frame_up(Link& link, const MuxFrame& frame) override {
    constexpr std::size_t kAtyp = 3;
    if (!opens_tcp(frame) || frame.body[kAtyp] != 3) return {frame};
    link.deliver(reset_frame(frame.stream, kTargetFailed).encode());
    return {};
  }
};

template <bool server>
struct EndIsBoth : FrameTamper<server> {
  Frames of_suite(Link&, const MuxFrame& frame) override {
    return {frame.type == FrameType::fin ? reset_frame(frame.stream) : frame};
  }
  Frames of_subject(Link&, const MuxFrame& frame) override {
    if (frame.type != FrameType::fin) return {frame};
    return {frame, reset_frame(frame.stream)};
  }
};

template <bool server>
struct IgnoresResets : FrameTamper<server> {
  Frames of_suite(Link&, const MuxFrame& frame) override {
    return frame.type == FrameType::reset ? Frames{} : Frames{frame};
  }
};

template <bool server>
struct TellsNoResets : FrameTamper<server> {
  Frames of_subject(Link&, const MuxFrame& frame) override {
    return frame.type == FrameType::reset ? Frames{} : Frames{frame};
  }
};

// ----- credit

// Sends as if there were no end of credit.
template <bool server>
struct IgnoresCredit : FrameTamper<server> {
  Frames of_suite(Link&, const MuxFrame& frame) override {
    if (!server || !opens_tcp(frame)) return {frame};
    return {frame, window_frame(frame.stream, 0x1000'0000)};
  }
  Frames of_subject(Link& link, const MuxFrame& frame) override {
    if (!server && opens_tcp(frame)) {
      link.inner()->send(window_frame(frame.stream, 0x1000'0000).encode());
    }
    return {frame};
  }
};

template <bool server>
struct NeverRenews : FrameTamper<server> {
  Frames of_subject(Link&, const MuxFrame& frame) override {
    return frame.type == FrameType::window ? Frames{} : Frames{frame};
  }
};

// Knows what the suite may still send on each stream, as the subject has granted it.
template <bool server>
struct WatchesCredit : FrameTamper<server> {
  Frames of_subject(Link& link, const MuxFrame& frame) override {
    if (frame.type == FrameType::window) credit({&link, frame.stream}) += credit_of(frame);
    return {frame};
  }
  std::uint64_t& credit(const Id& id) {
    return credit_.try_emplace(id, kFirstCredit).first->second;
  }
  std::map<Id, std::uint64_t> credit_;
};

// Takes, and grants again, whatever comes: read or not. What is more than the honest one would take
// is forgotten.
template <bool server>
struct GrantsAlways : WatchesCredit<server> {
  Frames of_subject(Link& link, const MuxFrame& frame) override {
    WatchesCredit<server>::of_subject(link, frame);
    return frame.type == FrameType::window ? Frames{} : Frames{frame};
  }
  Frames of_suite(Link& link, const MuxFrame& frame) override {
    if (frame.type != FrameType::data || frame.body.empty()) return {frame};
    const auto size = static_cast<std::uint32_t>(frame.body.size());
    link.deliver(window_frame(frame.stream, size).encode());
    auto& credit = this->credit({&link, frame.stream});
    if (credit < size) return {};
    credit -= size;
    return {frame};
  }
};

// Takes what is beyond its credit, and says nothing.
template <bool server>
struct BearsExcess : WatchesCredit<server> {
  Frames of_suite(Link& link, const MuxFrame& frame) override {
    if (frame.type != FrameType::data) return {frame};
    auto& credit = this->credit({&link, frame.stream});
    if (credit < frame.body.size()) return {};
    credit -= frame.body.size();
    return {frame};
  }
};

// While the reader of one stream stands still, nothing of another is passed on to its reader.
template <bool server>
struct UnreadBlocks : WatchesCredit<server> {
  Frames of_suite(Link& link, const MuxFrame& frame) override {
    if (frame.type != FrameType::data) return {frame};
    for (const auto& [id, left] : this->credit_) {
      if (id.second != frame.stream && left == 0) return {};
    }
    this->credit({&link, frame.stream}) -= frame.body.size();
    return {frame};
  }
};

// While the suite gives one stream no credit, it hears of no other.
template <bool server>
struct StalledBlocks : FrameTamper<server> {
  Frames of_suite(Link& link, const MuxFrame& frame) override {
    if (frame.type == FrameType::window) credit({&link, frame.stream}) += credit_of(frame);
    return {frame};
  }
  Frames of_subject(Link& link, const MuxFrame& frame) override {
    if (frame.type != FrameType::data) return {frame};
    for (const auto& [id, left] : credit_) {
      if (id.second != frame.stream && left == 0) return {};
    }
    auto& left = credit({&link, frame.stream});
    left -= std::min<std::uint64_t>(left, frame.body.size());
    return {frame};
  }
  std::uint64_t& credit(const Id& id) {
    return credit_.try_emplace(id, kFirstCredit).first->second;
  }
  std::map<Id, std::uint64_t> credit_;
};

// Counts credit modulo 2^32.
struct CreditOverflows : Tamper {
  Frames on_frame_up(Link& link, const MuxFrame& frame) override {
    if (frame.type == FrameType::window) credit({&link, frame.stream}) += credit_of(frame);
    return {frame};
  }
  Frames on_frame_down(Link& link, const MuxFrame& frame) override {
    if (frame.type != FrameType::data) return {frame};
    auto& left = credit({&link, frame.stream});
    if (left < frame.body.size()) return {};
    left -= static_cast<std::uint32_t>(frame.body.size());
    return {frame};
  }
  std::uint32_t& credit(const Id& id) {
    return credit_.try_emplace(id, kFirstCredit).first->second;
  }
  std::map<Id, std::uint32_t> credit_;
};

// ----- order

// Datagrams wait until streams that have sent something have ended.
template <bool server>
struct DatagramsWait : FrameTamper<server> {
  Frames of_subject(Link& link, const MuxFrame& frame) override {
    if (frame.type == FrameType::data) open_[{&link, frame.stream}] = true;
    if (frame.type == FrameType::fin || frame.type == FrameType::reset) {
      open_.erase({&link, frame.stream});
    }
    Frames frames{frame};
    if (frame.type == FrameType::datagram) {
      waiting_.push_back(frame);
      frames.clear();
    }
    if (!open_.empty()) return frames;
    frames.insert(frames.end(), waiting_.begin(), waiting_.end());
    waiting_.clear();
    return frames;
  }
  std::map<Id, bool> open_;
  Frames waiting_;
};

// A stream has its turn when the one before it has ended.
template <bool server>
struct OneAfterAnother : FrameTamper<server> {
  Frames of_subject(Link&, const MuxFrame& frame) override {
    const bool ends = frame.type == FrameType::fin || frame.type == FrameType::reset;
    if (frame.type != FrameType::data && !ends) return {frame};
    if (first_ == 0) first_ = frame.stream;
    if (frame.stream != first_) {
      waiting_.push_back(frame);
      return {};
    }
    Frames frames{frame};
    if (!ends) return frames;
    frames.insert(frames.end(), waiting_.begin(), waiting_.end());
    waiting_.clear();
    first_ = 0;
    return frames;
  }
  std::uint32_t first_ = 0;
  Frames waiting_;
};

// Joins two frames of DATA, as they fit into one.
template <bool server>
struct LongFrames : FrameTamper<server> {
  Frames of_subject(Link&, const MuxFrame& frame) override {
    if (frame.type != FrameType::data || frame.stream != last_.stream) {
      const Frames frames = last_.body.empty() ? Frames{frame} : Frames{last_, frame};
      last_ = {};
      if (frame.type != FrameType::data) return frames;
      last_ = frame;
      return Frames(frames.begin(), frames.end() - 1);
    }
    MuxFrame joined = std::exchange(last_, {});
    joined.body.insert(joined.body.end(), frame.body.begin(), frame.body.end());
    return {joined};
  }
  MuxFrame last_;
};

template <class Fault>
Mutant by_mux(std::string_view rule, std::string_view fault) {
  Mutant client = make_mutant<Fault>(rule, fault, Side::client);
  client.mode = ClientMode::mux;
  return client;
}

template <template <bool> class Fault>
void add(std::vector<Mutant>& all, std::string_view rule, std::string_view of_server,
         std::string_view of_client) {
  all.push_back(make_mutant<Fault<true>>(rule, of_server));
  all.push_back(by_mux<Fault<false>>(rule, of_client));
}

}  // namespace

std::vector<Mutant> mux_credit_mutants() {
  std::vector<Mutant> all;
  add<FlipsBit>(all, "TCP-1", "flips a bit in a long stream on mux",
                "a client that flips a bit in a long stream on mux");
  all.push_back(make_mutant<LosesEarlyData>("TCP-1", "loses what comes with OPEN"));
  all.push_back(make_mutant<NoIpv6>("TCP-1", "has no IPv6 targets on mux"));
  add<EndIsBoth>(all, "TCP-2", "ends both directions of a stream with one",
                 "a client that ends both directions of a stream with one");
  add<IgnoresResets>(all, "TCP-2", "does not pass a stream's reset on",
                     "a client that does not pass a stream's reset on");
  add<TellsNoResets>(all, "TCP-2", "does not tell a stream of its cut target",
                     "a client that does not tell a stream of its cut app");
  all.push_back(
      make_mutant<TellsNoResets<true>>("TCP-3", "does not tell a stream of its failed target"));
  add<IgnoresCredit>(all, "MUX-2", "sends without credit", "a client that sends without credit");
  all.push_back(make_mutant<NeverRenews<true>>("MUX-2", "never renews credit"));
  all.push_back(by_mux<NeverRenews<false>>("TCP-1", "a client that never renews credit"));
  add<GrantsAlways>(all, "MUX-2", "grants what nobody has read",
                    "a client that grants what no app has read");
  add<UnreadBlocks>(all, "MUX-2", "lets an unread stream block another",
                    "a client that lets an unread stream block another");
  add<StalledBlocks>(all, "MUX-2", "lets a stream without credit block another",
                     "a client that lets a stream without credit block another");
  all.push_back(make_mutant<CreditOverflows>("MUX-2", "counts credit modulo 2^32"));
  all.push_back(make_mutant<BearsExcess<true>>("MUX-4", "bears what is beyond credit"));
  add<DatagramsWait>(all, "MUX-3", "lets datagrams wait for streams",
                     "a client that lets datagrams wait for streams");
  add<OneAfterAnother>(all, "MUX-3", "serves one stream after another",
                       "a client that serves one stream after another");
  add<LongFrames>(all, "MUX-3", "writes long frames of DATA",
                  "a client that writes long frames of DATA");
  return all;
}

}  // namespace fullcone::conformance
