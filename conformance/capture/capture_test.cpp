// From what a wiretap is told to packets, and from subjects to folders.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "conformance/capture/capture_file.hpp"
#include "conformance/capture/capture_folder.hpp"

namespace fullcone::conformance {
namespace {

const Endpoint kOne{IpAddress::v4(127, 0, 0, 1), 1000};
const Endpoint kOther{IpAddress::v4(127, 0, 0, 2), 2000};

Passed passed(Passed::Kind kind, ByteView octets = {}) {
  return {TimePoint{}, kind, kOne, kOther, octets};
}

TEST(CaptureFile, ADatagramIsAPacket) {
  CaptureFile file;
  file.add(passed(Passed::Kind::datagram, as_bytes("hello")));
  EXPECT_EQ(file.packets(), 1u);
  EXPECT_NE(as_text(file.octets()).find("hello"), std::string_view::npos);
}

TEST(CaptureFile, AConnectionHasItsHandshakeItsOctetsAndItsEnd) {
  CaptureFile file;
  file.add(passed(Passed::Kind::connected));
  EXPECT_EQ(file.packets(), 3u);
  file.add(passed(Passed::Kind::octets, as_bytes("hello")));
  EXPECT_EQ(file.packets(), 5u);  // and its acknowledgment
  file.add(passed(Passed::Kind::ended));
  EXPECT_EQ(file.packets(), 7u);
  file.add(passed(Passed::Kind::reset));
  EXPECT_EQ(file.packets(), 8u);
  file.add(passed(Passed::Kind::octets, as_bytes("too late")));
  EXPECT_EQ(file.packets(), 8u);
}

TEST(CaptureFile, MoreThanAPacketHoldsIsSeveral) {
  CaptureFile file;
  file.add(passed(Passed::Kind::connected));
  const std::string longest(32 * 1024, 'x');
  file.add(passed(Passed::Kind::octets, as_bytes(longest)));
  EXPECT_EQ(file.packets(), 3u + 2u);
  file.add(passed(Passed::Kind::octets, as_bytes(longest + 'x')));
  EXPECT_EQ(file.packets(), 5u + 4u);
}

TEST(CaptureFolder, NamesAreThoseOfSubjectsInPlainLetters) {
  EXPECT_EQ(folder_name("server 127.0.0.1:443"), "server-127.0.0.1-443");
  EXPECT_EQ(folder_name("client ../../etc"), "client-..-..-etc");  // one folder's name
  EXPECT_EQ(folder_name("/"), "subject");
  EXPECT_EQ(folder_name(".."), "subject");
  EXPECT_EQ(folder_name(std::string(100, 'a')).size(), 40u);
}

TEST(CaptureFolder, WhereNothingPassedThereIsNoFile) {
  const auto folder =
      std::filesystem::path(testing::TempDir()) /
      ("captures-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
       "-nothing");
  std::filesystem::remove_all(folder);
  CaptureFolder captures(folder);
  captures.capture("nobody", all_cases().front());
  EXPECT_TRUE(std::filesystem::is_empty(folder / "nobody"));
  captures.capture("nobody", all_cases().front())->key("CLIENT_RANDOM 1 2");
  EXPECT_TRUE(std::filesystem::exists(folder / "nobody" / "tls_keys.log"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace fullcone::conformance
