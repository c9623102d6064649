#include "conformance/mutants/link.hpp"

#include <utility>
#include <variant>

#include "conformance/bed/request.hpp"
#include "conformance/mutants/tampered_network.hpp"
#include "wire/umfurs.hpp"

namespace fullcone::conformance {

Link::Link(TamperedNetwork& network, std::unique_ptr<Stream> inner, bool requests_come_from_suite)
    : network_(network),
      inner_(std::move(inner)),
      requests_come_from_suite_(requests_come_from_suite) {
  network_.links().push_back(this);
}

Link::~Link() { std::erase(network_.links(), this); }

// ----- for the suite

void Link::send(ByteView bytes) {
  forward(requests_come_from_suite_ ? through_up(bytes) : through_down(bytes));
}

void Link::pause_reading(bool paused) {
  if (inner_) inner_->pause_reading(paused);
}

Stream::State Link::state() const {
  const State state = inner_ ? inner_->state() : left_ ? State::lost : State::open;
  return network_.tamper().seen_state(*this, state);
}

void Link::let_go(Ending how) {
  left_ = left_ || how == Ending::close || how == Ending::cut;
  const Ending done = network_.tamper().on_ending(*this, how);
  if (!inner_) return;
  if (done == Ending::end) inner_->end();
  if (done == Ending::close) inner_->close();
  if (done == Ending::cut) inner_->cut();
}

// ----- for the tamperer

void Link::forward(const Bytes& octets) {
  if (held_) {
    append(held_octets_, octets);
  } else if (inner_ && !octets.empty()) {
    inner_->send(octets);
  }
}

void Link::release() {
  held_ = false;
  forward(std::exchange(held_octets_, {}));
}

void Link::pump() {
  if (!inner_) return;
  Bytes fresh;
  append(fresh, inner_->received().subspan(pumped_));
  if (fresh.empty()) return;
  pumped_ += fresh.size();
  deliver(requests_come_from_suite_ ? through_down(fresh) : through_up(fresh));
}

// ----- from the VLESS client to the server

Bytes Link::through_up(ByteView octets) {
  if (swallowed_) return {};
  return request_ || malformed_ ? behind_request(octets) : read_request(octets);
}

Bytes Link::read_request(ByteView octets) {
  Tamper& tamper = network_.tamper();
  Bytes fresh = to_bytes(octets);
  tamper.on_first_octets(*this, fresh);
  append(request_octets_, fresh);
  const auto parsed = parse_request_header(request_octets_);
  const bool hold_back = tamper.reads_requests();
  if (parsed.needs_more()) return hold_back ? Bytes() : fresh;
  if (parsed.malformed() != nullptr) {
    malformed_ = true;
    return hold_back ? std::exchange(request_octets_, {}) : fresh;
  }
  request_ = parsed.value();
  if (request_->version == 0 && request_->command == Command::udp) response_due_ = 2;
  const ByteView behind = ByteView(request_octets_).subspan(parsed.consumed());
  if (!hold_back) {
    const ByteView head = ByteView(fresh).first(fresh.size() - behind.size());
    return to_bytes(head) + behind_request(behind);
  }
  RequestHeader changed = *request_;
  if (!tamper.on_request(*this, changed)) {
    swallowed_ = true;
    return {};
  }
  Bytes request;
  encode_request_header(changed, request);
  return request + behind_request(behind);
}

Bytes Link::behind_request(ByteView octets) {
  Tamper& tamper = network_.tamper();
  Bytes out = to_bytes(octets);
  if (malformed_ || octets.empty()) return out;
  if (is(Command::mux)) return frames_through(mux_up_, octets, &Tamper::on_frame_up);
  if (!is(Command::udp)) {
    tamper.on_octets_up(*this, out);
    return out;
  }
  out.clear();
  up_frames_.feed(octets, [&](ByteView payload) {
    for (const auto& each : tamper.on_datagram_up(*this, std::string(as_text(payload)))) {
      append(out, frame(each));
    }
    return true;
  });
  return out;
}

// ----- from the server to the VLESS client

Bytes Link::through_down(ByteView octets) {
  if (is(Command::crumfurs)) return crumfurs_down(octets);
  if (is(Command::udp)) return datagrams_down(octets);
  if (is(Command::mux)) return frames_through(mux_down_, octets, &Tamper::on_frame_down);
  Bytes out = to_bytes(octets);
  if (request_) network_.tamper().on_octets_down(*this, out);
  return out;
}

Bytes Link::crumfurs_down(ByteView octets) {
  Tamper& tamper = network_.tamper();
  Bytes out;
  if (!answered_ && !octets.empty()) {
    answered_ = true;
    out.push_back(octets.front());
    tamper.on_answer(*this, out);
    octets = octets.subspan(1);
  }
  down_frames_.feed(octets, [&](ByteView body) {
    Bytes message = frame(as_text(body));
    const auto parsed = parse_umfurs_body(body);
    if (const auto* const umfurs = std::get_if<fullcone::Umfurs>(&parsed)) {
      tamper.on_umfurs(*this, {umfurs->source, std::string(as_text(umfurs->payload))}, message);
    } else {
      tamper.on_malformed_umfurs(*this, message);
    }
    append(out, message);
    return true;
  });
  return out;
}

Bytes Link::datagrams_down(ByteView octets) {
  Tamper& tamper = network_.tamper();
  const std::size_t response = std::min(response_due_, octets.size());
  response_due_ -= response;
  Bytes out = to_bytes(octets.first(response));
  if (response != 0) tamper.on_octets_down(*this, out);
  down_frames_.feed(octets.subspan(response), [&](ByteView payload) {
    for (const auto& each : tamper.on_datagram_down(*this, std::string(as_text(payload)))) {
      append(out, frame(each));
    }
    return true;
  });
  return out;
}

Bytes Link::frames_through(mux::FrameCutter& cutter, ByteView octets, FrameHook hook) {
  Bytes out;
  cutter.feed(octets, [&](ByteView frame) {
    const auto stream = ByteReader(frame.subspan(1)).u32().value();
    const MuxFrame read{FrameType{frame[0]}, stream, to_bytes(frame.subspan(kMuxHead))};
    for (const MuxFrame& each : (network_.tamper().*hook)(*this, read)) {
      append(out, each.encode());
    }
    return true;
  });
  return out;
}

}  // namespace fullcone::conformance
