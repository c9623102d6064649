#include "conformance/live/stream_tap.hpp"

#include "conformance/live/sockets.hpp"

namespace fullcone::conformance {

void StreamTap::connected(const UniqueFd& fd, bool by_suite) {
  if (loop_.wiretap() == nullptr) return;
  there_ = remote_endpoint(fd);
  if (!there_) return;  // gone already
  here_ = local_endpoint(fd);
  tell(both, Passed::Kind::connected, by_suite ? Heading::sent : Heading::received);
}

void StreamTap::octets(Heading heading, ByteView octets) {
  tell(is_tls_ ? decrypted : both, Passed::Kind::octets, heading, octets);
}

void StreamTap::ended(Heading heading) {
  tell(is_tls_ ? decrypted : both, Passed::Kind::ended, heading);
}

void StreamTap::reset(Heading heading) {
  // Whoever has ended TCP, but not TLS, has not reset it.
  const bool was_end = heading == Heading::received && far_end_came_;
  tell(was_end ? decrypted : both, Passed::Kind::reset, heading);
}

void StreamTap::captured_octets(Heading heading, ByteView octets) {
  tell(captured, Passed::Kind::octets, heading, octets);
}

void StreamTap::captured_end(Heading heading) {
  if (heading == Heading::received) far_end_came_ = true;
  tell(captured, Passed::Kind::ended, heading);
}

void StreamTap::key(std::string_view line) const {
  if (loop_.wiretap() != nullptr) loop_.wiretap()->key(line);
}

void StreamTap::tell(Layers layers, Passed::Kind kind, Heading heading, ByteView octets) const {
  Wiretap* const wiretap = loop_.wiretap();
  if (wiretap == nullptr || !here_) return;
  const bool sent = heading == Heading::sent;
  const Passed passed{PollLoop::wall_clock(), kind, sent ? *here_ : *there_,
                      sent ? *there_ : *here_, octets};
  if ((layers & decrypted) != 0) wiretap->decrypted(passed);
  if ((layers & captured) != 0) wiretap->captured(passed);
}

}  // namespace fullcone::conformance
