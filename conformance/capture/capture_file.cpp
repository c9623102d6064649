#include "conformance/capture/capture_file.hpp"

#include <algorithm>
#include <fstream>

namespace fullcone::conformance {
namespace {

constexpr std::size_t kMostInSegment = 32 * 1024;  // a packet's length has 16 bits

}  // namespace

void CaptureFile::add(const Passed& passed) {
  using Kind = Passed::Kind;
  using sim::TraceKind;
  sim::TraceRecord record{
      passed.at, TraceKind::datagram_sent, passed.from, passed.to, passed.octets, {}};
  const auto add_as = [&](TraceKind kind) {
    record.kind = kind;
    pcap_.add(record);
  };
  switch (passed.kind) {
    case Kind::datagram:
      return add_as(TraceKind::datagram_sent);
    case Kind::connected:
      add_as(TraceKind::stream_dialled);
      return add_as(TraceKind::stream_accepted);
    case Kind::octets:
      for (ByteView left = passed.octets; !left.empty();) {
        const std::size_t count = std::min(left.size(), kMostInSegment);
        record.payload = left.first(count);
        add_as(TraceKind::stream_bytes);
        left = left.subspan(count);
      }
      return;
    case Kind::ended:
      return add_as(TraceKind::stream_ended);
    case Kind::reset:  // the trace has it as the other end notices
      add_as(TraceKind::stream_closed);
      std::swap(record.from, record.to);
      return add_as(TraceKind::stream_lost);
  }
}

void CaptureFile::write(const std::filesystem::path& file) const {
  if (packets() == 0) return;
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(octets().data()),
            static_cast<std::streamsize>(octets().size()));
}

}  // namespace fullcone::conformance
