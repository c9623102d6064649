// The status line: valid in form, and each number under its own name.
#include "app/status_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace fullcone {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST(StatusJson, OfAServer) {
  ServerRunner::Status status{.counters = {}, .connections = 1, .sessions = 2, .mappings = 3};
  status.counters.connections_accepted = 4;
  status.counters.dropped_no_mapping = 18446744073709551615u;
  const auto line = to_json(status, 9);
  EXPECT_THAT(
      line,
      StartsWith(R"({"role":"server","heap_bytes":9,"connections":1,"sessions":2,"mappings":3,)"
                 R"("counters":{"connections_accepted":4,)"));
  EXPECT_THAT(line, EndsWith(R"("dropped_no_mapping":18446744073709551615}})"));
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(StatusJson, OfAClient) {
  ClientRunner::Status status{.counters = {}, .locals = 1, .server_connections = 2};
  status.counters.to_app = 3;
  const auto line = to_json(status, 9);
  EXPECT_THAT(
      line,
      StartsWith(
          R"({"role":"client","heap_bytes":9,"locals":1,"server_connections":2,"counters":{)"));
  EXPECT_THAT(line, HasSubstr(R"("to_app":3,)"));
}

TEST(HeapInUse, GrowsWithWhatIsKept) {
  const std::size_t before = heap_in_use();
  if (before == 0) GTEST_SKIP() << "this allocator does not tell";
  const auto kept = std::make_unique<char[]>(std::size_t{1} << 20);
  EXPECT_GE(heap_in_use(), before + (std::size_t{1} << 20));
}

}  // namespace
}  // namespace fullcone
