#include "simulator/trace.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <vector>

#include "simulator/content_hash.hpp"

namespace fullcone::sim {
namespace {

using namespace std::chrono_literals;

const Endpoint kFrom{IpAddress::v4(45, 0, 0, 1), 1000};
const Endpoint kTo{IpAddress::v4(46, 0, 0, 1), 7000};

std::uint64_t hash_of(const std::vector<TraceRecord>& records) {
  Trace trace;
  for (const auto& record : records) trace.add(record);
  return trace.hash();
}

TEST(Trace, EveryPartOfARecordCounts) {
  const Bytes payload = to_bytes("payload");
  const Bytes other = to_bytes("payloae");
  const TraceRecord record{TimePoint{1s}, TraceKind::datagram_sent, kFrom, kTo, payload, {}};
  std::vector<TraceRecord> variants(7, record);
  variants[1].at += 1ns;
  variants[2].kind = TraceKind::datagram_lost;
  variants[3].from.port = 1001;
  variants[4].to.ip = kFrom.ip;
  variants[5].payload = other;
  variants[6].note = "note";
  std::set<std::uint64_t> hashes;
  for (const auto& variant : variants) hashes.insert(hash_of({variant}));
  EXPECT_EQ(hashes.size(), variants.size());
  EXPECT_NE(hash_of({variants[0], variants[1]}), hash_of({variants[1], variants[0]}));
  EXPECT_EQ(hash_of(variants), hash_of(variants));
}

TEST(Trace, ShowsNamesAndText) {
  Trace trace;
  std::vector<std::string> lines;
  trace.name(kFrom.ip, "server1");
  trace.show([&](std::string_view line) { lines.emplace_back(line); });
  trace.add({TimePoint{1500ms}, TraceKind::datagram_sent, kFrom, kTo, as_bytes("ping"), {}});
  trace.add({TimePoint{2s}, TraceKind::stream_bytes, kTo, kFrom, Bytes(30, 0xab), {}});
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], "        1.500000  server1:1000 --> 46.0.0.1:7000 udp 4 'ping'");
  EXPECT_EQ(lines[1],
            "        2.000000  46.0.0.1:7000 ==>| server1:1000 bytes 30 "
            "abababababababababababababababababababababababab...");
}

// The numbers are the promise: the same on every machine.
TEST(ContentHash, IsTheSameEverywhere) {
  std::set<std::uint64_t> hashes;
  Bytes octets;
  for (int i = 0; i < 200; ++i) {
    hashes.insert(content_hash(1, octets));
    octets.push_back(0);
  }
  EXPECT_EQ(hashes.size(), 200u);
  EXPECT_EQ(content_hash(7, as_bytes("a payload of more than 16 octets")), 11164698625050689856u);
  EXPECT_EQ(content_hash(7, as_bytes("a payload of 27 octets, odd")), 17294623358357951732u);
}

TEST(ContentHash, DependsOnEveryOctet) {
  for (const std::size_t size : {5u, 16u, 63u, 64u, 150u}) {
    std::set<std::uint64_t> hashes;
    Bytes octets(size);
    for (std::uint8_t& octet : octets) {
      octet = 1;
      hashes.insert(content_hash(1, octets));
      octet = 0;
    }
    EXPECT_EQ(hashes.size(), size);
  }
}

}  // namespace
}  // namespace fullcone::sim
