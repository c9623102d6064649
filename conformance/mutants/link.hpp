// A VLESS connection of the suite's with a tamperer on it.
#pragma once

#include <memory>
#include <optional>

#include "conformance/mutants/tamper.hpp"
#include "wire/length_prefixed.hpp"
#include "wire/mux_frame.hpp"

namespace fullcone::conformance {

class Link : public Stream {
 public:
  // `requests_come_from_suite`: the subject is a server. `inner` null: there is no subject behind
  // it, and the tamperer plays it.
  Link(TamperedNetwork& network, std::unique_ptr<Stream> inner, bool requests_come_from_suite);
  ~Link() override;

  // ----- for the suite
  void send(ByteView bytes) override;
  void end() override { let_go(Ending::end); }
  void close() override { let_go(Ending::close); }
  void cut() override { let_go(Ending::cut); }
  void pause_reading(bool paused) override;
  ByteView received() const override { return received_; }
  State state() const override;

  // ----- for the tamperer
  // The request as the client wrote it; nullopt: it is not whole yet.
  const std::optional<RequestHeader>& request() const { return request_; }
  bool is(Command command) const { return request_ && request_->command == command; }
  // Whether the suite has let go of it.
  bool is_left() const { return left_; }
  // To the suite, past every hook.
  void deliver(const Bytes& octets) { append(received_, octets); }
  // To the subject, past every hook; later, while it is held.
  void forward(const Bytes& octets);
  void hold() { held_ = true; }
  void release();
  Stream* inner() { return inner_.get(); }
  const Stream* inner() const { return inner_.get(); }

  // Takes what came from the subject; driven by TamperedNetwork.
  void pump();

 private:
  Bytes through_up(ByteView octets);
  Bytes through_down(ByteView octets);
  Bytes read_request(ByteView octets);
  Bytes behind_request(ByteView octets);
  Bytes crumfurs_down(ByteView octets);
  Bytes datagrams_down(ByteView octets);
  // What `hook` makes of each frame that `octets` complete.
  using FrameHook = Tamper::Frames (Tamper::*)(Link&, const MuxFrame&);
  Bytes frames_through(mux::FrameCutter& cutter, ByteView octets, FrameHook hook);
  void let_go(Ending how);

  TamperedNetwork& network_;
  std::unique_ptr<Stream> inner_;
  bool requests_come_from_suite_;
  std::optional<RequestHeader> request_;
  bool malformed_ = false;
  bool swallowed_ = false;  // the request never arrived, nor does what follows
  bool held_ = false;
  bool left_ = false;
  bool answered_ = false;
  std::size_t response_due_ = 0;  // octets of the v0 response still to come
  Bytes request_octets_;
  Bytes held_octets_;
  LengthPrefixedStream up_frames_;
  LengthPrefixedStream down_frames_;
  mux::FrameCutter mux_up_;
  mux::FrameCutter mux_down_;
  std::size_t pumped_ = 0;
  Bytes received_;
};

}  // namespace fullcone::conformance
