// The parsers and encoders that every connection or datagram goes through, on what they mostly see:
// datagrams of 1,200 octets, sessions named by SESSION, browsers' CONNECT heads.
#include <benchmark/benchmark.h>

#include "wire/datagram_frame.hpp"
#include "wire/http_connect.hpp"
#include "wire/length_prefixed.hpp"
#include "wire/mux_frame.hpp"
#include "wire/request_header.hpp"
#include "wire/socks5.hpp"
#include "wire/umfurs.hpp"

namespace fullcone {
namespace {

constexpr std::size_t kDatagram = 1200;
constexpr std::int64_t kFramesPerFeed = 50;

const Endpoint kPeer{IpAddress::v4(198, 51, 100, 7), 50000};
const Destination kNamedPeer = NamedEndpoint{"stun.example.org", 3478};

Bytes joined(ByteView head, ByteView payload) {
  Bytes octets = to_bytes(head);
  append(octets, payload);
  return octets;
}

RequestHeader udp_request(Destination destination) {
  RequestHeader header;
  header.user = Uuid::parse("00112233-4455-6677-8899-aabbccddeeff").value();
  header.session = Uuid::parse("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf").value();
  header.command = Command::udp;
  header.destination = std::move(destination);
  return header;
}

void count_octets(benchmark::State& state, std::size_t octets_each) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(octets_each));
}

void parse_request(benchmark::State& state, const Destination& destination) {
  Bytes octets;
  encode_request_header(udp_request(destination), octets);
  for (auto _ : state) benchmark::DoNotOptimize(parse_request_header(octets));
  count_octets(state, octets.size());
}
BENCHMARK_CAPTURE(parse_request, ipv4, Destination(kPeer));
BENCHMARK_CAPTURE(parse_request, name, kNamedPeer);

void encode_request(benchmark::State& state) {
  const auto header = udp_request(kNamedPeer);
  Bytes out;
  for (auto _ : state) {
    out.clear();
    encode_request_header(header, out);
    benchmark::DoNotOptimize(out.data());
  }
  count_octets(state, out.size());
}
BENCHMARK(encode_request);

// The argument is the chunk in which the stream arrives; 16,384 is a whole TLS record.
void cut_frames(benchmark::State& state) {
  Bytes input;
  for (std::int64_t i = 0; i < kFramesPerFeed; ++i) {
    append(input, joined(datagram_frame_head(kDatagram).view(), Bytes(kDatagram, 7)));
  }
  const auto chunk = static_cast<std::size_t>(state.range(0));
  LengthPrefixedStream stream;
  std::size_t octets = 0;
  for (auto _ : state) {
    for (ByteView rest = input; !rest.empty(); rest = rest.subspan(std::min(chunk, rest.size()))) {
      stream.feed(rest.first(std::min(chunk, rest.size())), [&](ByteView body) {
        octets += body.size();
        return true;
      });
    }
  }
  benchmark::DoNotOptimize(octets);
  state.SetItemsProcessed(state.iterations() * kFramesPerFeed);
  count_octets(state, input.size());
}
BENCHMARK(cut_frames)->ArgName("chunk")->Arg(64)->Arg(1400)->Arg(16384);

void parse_umfurs(benchmark::State& state) {
  const Bytes message = joined(umfurs_head(kPeer, kDatagram).view(), Bytes(kDatagram, 7));
  const ByteView body = ByteView(message).subspan(2);
  for (auto _ : state) benchmark::DoNotOptimize(parse_umfurs_body(body));
}
BENCHMARK(parse_umfurs);

void encode_umfurs(benchmark::State& state) {
  Endpoint source = kPeer;
  benchmark::DoNotOptimize(source);
  for (auto _ : state) benchmark::DoNotOptimize(umfurs_head(source, kDatagram));
}
BENCHMARK(encode_umfurs);

// Frames of one UDP stream, cut and parsed; the argument is the chunk in which they arrive.
void read_mux_datagrams(benchmark::State& state) {
  Bytes input;
  for (std::int64_t i = 0; i < kFramesPerFeed; ++i) {
    append(input, joined(mux::datagram_head(mux::StreamId{1}, kPeer, kDatagram).view(),
                         Bytes(kDatagram, 7)));
  }
  const auto chunk = static_cast<std::size_t>(state.range(0));
  mux::FrameCutter cutter;
  for (auto _ : state) {
    for (ByteView rest = input; !rest.empty(); rest = rest.subspan(std::min(chunk, rest.size()))) {
      cutter.feed(rest.first(std::min(chunk, rest.size())), [](ByteView frame) {
        benchmark::DoNotOptimize(mux::parse_frame(frame, mux::Sender::client));
        return true;
      });
    }
  }
  state.SetItemsProcessed(state.iterations() * kFramesPerFeed);
  count_octets(state, input.size());
}
BENCHMARK(read_mux_datagrams)->ArgName("chunk")->Arg(64)->Arg(1400)->Arg(16384);

void parse_mux_data(benchmark::State& state) {
  const Bytes frame = joined(mux::data_head(mux::StreamId{1}, 16384).view(), Bytes(16384, 7));
  for (auto _ : state) benchmark::DoNotOptimize(mux::parse_frame(frame, mux::Sender::client));
}
BENCHMARK(parse_mux_data);

void encode_mux_datagram(benchmark::State& state) {
  Endpoint peer = kPeer;
  benchmark::DoNotOptimize(peer);
  for (auto _ : state) {
    benchmark::DoNotOptimize(mux::datagram_head(mux::StreamId{1}, peer, kDatagram));
  }
}
BENCHMARK(encode_mux_datagram);

void parse_socks5_datagram(benchmark::State& state, const Destination& peer) {
  const Bytes datagram = joined(socks5::encode_udp_head(peer).view(), Bytes(kDatagram, 7));
  for (auto _ : state) benchmark::DoNotOptimize(socks5::parse_udp_datagram(datagram));
}
BENCHMARK_CAPTURE(parse_socks5_datagram, ipv4, Destination(kPeer));
BENCHMARK_CAPTURE(parse_socks5_datagram, name, kNamedPeer);

void encode_socks5_datagram(benchmark::State& state, Destination peer) {
  benchmark::DoNotOptimize(peer);
  for (auto _ : state) benchmark::DoNotOptimize(socks5::encode_udp_head(peer));
}
BENCHMARK_CAPTURE(encode_socks5_datagram, ipv4, Destination(kPeer));
BENCHMARK_CAPTURE(encode_socks5_datagram, name, kNamedPeer);

void parse_socks5_request(benchmark::State& state) {
  Bytes octets;
  socks5::encode_request(socks5::Command::connect, kNamedPeer, octets);
  for (auto _ : state) benchmark::DoNotOptimize(socks5::parse_request(octets));
}
BENCHMARK(parse_socks5_request);

void parse_http_connect(benchmark::State& state) {
  constexpr std::string_view kHead =
      "CONNECT www.example.org:443 HTTP/1.1\r\n"
      "Host: www.example.org:443\r\n"
      "Proxy-Connection: keep-alive\r\n"
      "Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n"
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
      "\r\n";
  for (auto _ : state) benchmark::DoNotOptimize(http::parse_connect_request(as_bytes(kHead)));
  count_octets(state, kHead.size());
}
BENCHMARK(parse_http_connect);

void hash_destination(benchmark::State& state, const Destination& destination) {
  const DestinationHash hash{1};
  for (auto _ : state) benchmark::DoNotOptimize(hash(destination));
}
BENCHMARK_CAPTURE(hash_destination, ipv4, Destination(kPeer));
BENCHMARK_CAPTURE(hash_destination, name, kNamedPeer);

}  // namespace
}  // namespace fullcone
