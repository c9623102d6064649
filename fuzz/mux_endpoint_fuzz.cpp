// One end of a mux connection against an owner and a peer made of the input (MUX-2, MUX-4). Each
// fact is an octet for its kind and what it needs; what the endpoint writes parses, and its bounds
// hold.
//
//   side 1 | facts        0 read a run of octets       4 send octets        8 all leaves the queue
//                         1 read a frame of a kind     5 end                9 the link comes up
//                         2 open                       6 reset
//                         3 a datagram                 7 octets consumed
#include "core/mux_endpoint.hpp"

#include <deque>
#include <set>

#include "fuzz/stream_parser.hpp"

namespace fullcone {
namespace {

using mux::Sender;
using mux::StreamId;

const Endpoint kPeer{IpAddress::v4(198, 51, 100, 7), 50000};

class Owner final : public MuxEndpoint::Owner {
 public:
  explicit Owner(Sender side) : side_(side) {}

  void write(const FrameHead& head, ByteView payload) override {
    append(written_, head.view());
    append(written_, payload);
    in_queue_ += head.size() + payload.size();
  }
  ByteView keep(Bytes octets) override { return kept_.emplace_back(std::move(octets)); }
  MuxEndpoint::Tag on_opened(StreamId id, const std::optional<Destination>&) override {
    require(side_ == Sender::server && open_.insert(id).second, "the client opens, each id once");
    return static_cast<MuxEndpoint::Tag>(id);
  }
  void on_data(MuxEndpoint::Stream stream, ByteView) override { there(stream); }
  void on_datagram(MuxEndpoint::Stream stream, const Destination&, ByteView) override {
    there(stream);
  }
  void on_end(MuxEndpoint::Stream stream) override { there(stream); }
  void on_reset(MuxEndpoint::Stream stream, mux::Reason) override { gone(stream); }
  void on_finished(MuxEndpoint::Stream stream) override { gone(stream); }
  void on_drained(MuxEndpoint::Stream stream) override { there(stream); }
  void on_datagrams_dropped(std::size_t) override {}

  void opened(StreamId id) { open_.insert(id); }
  void reset(StreamId id) { open_.erase(id); }
  std::size_t open() const { return open_.size(); }
  std::size_t in_queue() const { return in_queue_; }
  std::size_t take_queue() { return std::exchange(in_queue_, 0); }

  // After each fact, as a driver: what was written is whole frames of this side's.
  void settle() {
    const bool good = frames_.feed(written_, [this](ByteView frame) {
      return std::holds_alternative<mux::Frame>(mux::parse_frame(frame, side_));
    });
    require(good, "what an endpoint writes is well-formed");
    require(frames_.buffered() == 0, "and whole");
    written_.clear();
    kept_.clear();
  }

 private:
  void there(MuxEndpoint::Stream stream) {
    require(open_.contains(stream.id), "only of streams that are open");
    require(stream.tag == static_cast<MuxEndpoint::Tag>(stream.id), "by their tag");
  }
  void gone(MuxEndpoint::Stream stream) {
    there(stream);
    open_.erase(stream.id);
  }

  Sender side_;
  std::set<StreamId> open_;
  Bytes written_;
  std::deque<Bytes> kept_;
  mux::FrameCutter frames_;
  std::size_t in_queue_ = 0;
};

// A frame whose kind, stream and size three octets choose; its body is zeros, or what fits the
// kind.
Bytes frame_of(ByteReader& input) {
  const std::uint8_t kind = input.u8().value_or(0) % 10;
  const StreamId stream{input.u8().value_or(0) % 16u};
  const std::size_t size = input.u8().value_or(0) * 64u;
  Bytes frame;
  const auto add = [&](const FrameHead& head) { append(frame, head.view()); };
  switch (kind) {
    case 1:
    case 9:
      mux::encode_open(stream, kind == 1 ? std::optional<Destination>(kPeer) : std::nullopt, frame);
      break;
    case 2:
      add(mux::data_head(stream, size));
      frame.resize(frame.size() + size);
      break;
    case 3:
      add(mux::datagram_head(stream, kPeer, size));
      frame.resize(frame.size() + size);
      break;
    case 4:
      add(mux::window_frame(stream, static_cast<std::uint32_t>(size) << 18));
      break;
    case 5:
      add(mux::fin_frame(stream));
      break;
    case 6:
      add(mux::reset_frame(stream, mux::Reason::none));
      break;
    case 7:
      add(mux::ping_frame(size));
      break;
    case 8:
      add(mux::pong_frame(size / 64));
      break;
    default:
      break;
  }
  return frame;
}

void run(ByteReader input) {
  MuxLimits limits;
  limits.streams = 6;
  const Sender side = input.u8().value_or(0) % 2 == 0 ? Sender::server : Sender::client;
  MuxEndpoint endpoint(side, limits, 1);
  Owner owner(side);
  const Bytes zeros(1 << 16);
  std::uint32_t opened = 0;
  TimePoint now{};
  while (const auto fact = input.u8()) {
    now += std::chrono::milliseconds(7);  // some facts later a burst has waited for too long
    const auto stream = [&] { return StreamId{input.u8().value_or(0) % 16u}; };
    const auto size = [&] { return std::size_t{input.u8().value_or(0)} * 256; };
    switch (*fact % 10) {
      case 0: {
        const Bytes octets =
            to_bytes(input.take(std::min<std::size_t>(input.u8().value_or(0), input.remaining()))
                         .value_or(ByteView{}));
        if (!endpoint.on_bytes(octets, owner)) return;
        break;
      }
      case 1:
        if (!endpoint.on_bytes(frame_of(input), owner)) return;
        break;
      case 2: {
        if (side == Sender::server || !endpoint.can_open()) break;
        const bool tcp = input.u8().value_or(0) % 2 == 0;
        const auto to = tcp ? std::optional<Destination>(kPeer) : std::nullopt;
        const StreamId next{++opened};
        owner.opened(next);
        const auto id = endpoint.open(to, static_cast<MuxEndpoint::Tag>(next), owner);
        require(id == next, "ids rise by one");
        break;
      }
      case 3:
        endpoint.send_datagram(stream(), kPeer, ByteView(zeros).first(size()), now, owner);
        break;
      case 4:
        endpoint.send(stream(), ByteView(zeros).first(size()), owner);
        break;
      case 5: {
        const StreamId ended = stream();
        endpoint.end(ended, owner);
        if (!endpoint.has(ended)) owner.reset(ended);
        break;
      }
      case 6: {
        const StreamId reset = stream();
        endpoint.reset(reset, mux::Reason::none, owner);
        owner.reset(reset);
        break;
      }
      case 7:
        if (endpoint.on_consumed(stream(), size())) endpoint.on_room(owner);
        break;
      case 8:
        if (endpoint.on_written(owner.take_queue())) endpoint.on_room(owner);
        break;
      default:
        endpoint.start();
        endpoint.on_room(owner);
    }
    owner.settle();
    std::size_t known = 0;  // without those that only wait for their reset
    endpoint.for_each_stream([&](MuxEndpoint::Stream) { ++known; });
    require(known == owner.open(), "both know the same streams");
    require(endpoint.streams() <= limits.streams, "no more than the bound");
    require(owner.in_queue() <= limits.send_queue_bytes + (1 << 18), "the queue is bounded");
  }
}

}  // namespace
}  // namespace fullcone

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fullcone::run(fullcone::ByteReader({data, size}));
  return 0;
}
