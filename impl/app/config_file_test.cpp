// Every kind of thing that can be wrong with a configuration file, and the exact words about it.
#include "app/config_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "app/config_file_testing.hpp"

namespace fullcone {
namespace {

struct Case {
  std::string name;
  std::string text;
  std::string report;
};

std::ostream& operator<<(std::ostream& out, const Case& fault) { return out << fault.name; }

class ConfigFault : public testing::TestWithParam<Case> {};

TEST_P(ConfigFault, IsReported) {
  EXPECT_EQ(ConfigFolder().faults(GetParam().text), GetParam().report);
}

const std::string kHost = R"("host:port" or "[IPv6 address]:port")";
const std::string kListener = R"("address:port" or "[IPv6 address]:port")";
const std::string kFile = "the path of a file that can be read, relative to this one";
const std::string kUuid = R"(a UUID, such as "6f1c2a7e-0d3b-4c58-9a64-2b7f5e8d1c90")";

// `line` goes before the first table, so that it is line 2.
std::string server(const std::string& line) {
  auto text = kServerToml;
  return text.insert(text.find('\n') + 1, line + "\n");
}
std::string client(const std::string& line) {
  auto text = kClientToml;
  return text.insert(text.find('\n') + 1, line + "\n");
}

std::string tls(const std::string& certificate, const std::string& key) {
  auto text = kServerToml;
  text.replace(text.find("certificate.pem"), 15, certificate);
  return text.replace(text.find("key.pem\"\n[["), 7, key);
}

const Case kFaults[] = {
    {"NoRole", "", R"(a.toml:1:1: role: found nothing; allowed: "server" or "client")"},
    {"StrangeRole", "\nrole = \"proxy\"\n",
     R"(a.toml:2:8: role: found "proxy"; allowed: "server" or "client")"},
    {"NothingButARole", "role = \"server\"\n[tls]\nkey = \"key.pem\"\n",
     "a.toml:1:1: users: found nothing; allowed: one or more tables\n"
     "a.toml:2:1: tls.certificate: found nothing; allowed: " +
         kFile},
    {"UnknownKey", server("listne = \"0.0.0.0:443\""),
     "a.toml:2:1: listne: unknown key; the nearest known one is listen"},
    {"UnknownKeyInTable", kServerToml + "[limits.session]\nmapping_idel = \"5m\"\n",
     "a.toml:10:1: limits.session.mapping_idel: unknown key; the nearest known one is "
     "limits.session.mapping_idle"},
    {"UnknownKeyLikeATable", kServerToml + "[limits]\nsession_channels = 5\n",
     "a.toml:10:1: limits.session_channels: unknown key; the nearest known one is "
     "limits.session.channels"},
    {"NoTable", "role = \"server\"\ntls = 5\n[[users]]\nname = \"one\"\nuid = 3\n",
     "a.toml:2:7: tls: found 5; allowed: a table\n"
     "a.toml:3:1: users[0].uuid: found nothing; allowed: " +
         kUuid +
         "\n"
         "a.toml:5:1: users[0].uid: unknown key; the nearest known one is users[0].uuid"},
    {"NoCertificate", tls("garbage.pem", "key.pem"),
     R"(a.toml:3:15: tls.certificate: found "garbage.pem"; allowed: a PEM file that begins with a )"
     "certificate"},
    {"KeyAsCertificate", tls("key.pem", "key.pem"),
     R"(a.toml:3:15: tls.certificate: found "key.pem"; allowed: a PEM file that begins with a )"
     "certificate"},
    {"NoKey", tls("certificate.pem", "garbage.pem"),
     R"(a.toml:4:7: tls.key: found "garbage.pem"; allowed: a PEM file with the key of )"
     "tls.certificate, without a pass phrase"},
    {"KeyOfAnother", tls("certificate.pem", "other_key.pem"),
     R"(a.toml:4:7: tls.key: found "other_key.pem"; allowed: a PEM file with the key of )"
     "tls.certificate, without a pass phrase"},
    {"NoAuthority", kClientToml + "[tls]\nca = \"garbage.pem\"\n",
     R"(a.toml:7:6: tls.ca: found "garbage.pem"; allowed: a PEM file that begins with a )"
     "certificate"},
    {"UnknownTable", kServerToml + "[limts]\nheader_timeout = \"1s\"\n",
     "a.toml:9:2: limts: unknown key; the nearest known one is limits"},
    {"UnknownKeyInRow",
     kServerToml + "[[users]]\nname = \"two\"\nuid = "
                   "\"16fd2706-8baf-433b-82eb-8c7fada847da\"\n",
     "a.toml:9:1: users[1].uuid: found nothing; allowed: " + kUuid +
         "\n"
         "a.toml:11:1: users[1].uid: unknown key; the nearest known one is users[1].uuid"},
    {"KeyInTheWrongTable", server("mapping_idle = \"5m\""),
     "a.toml:2:1: mapping_idle: unknown key; the nearest known one is "
     "limits.session.mapping_idle"},
    {"QuotedPath", kServerToml + R"("limits.dial_timeout" = "1s")",
     R"(a.toml:9:1: users[0]."limits.dial_timeout": unknown key; the nearest known one is )"
     "users[0].name"},
    {"QuotedPathOfAKey", client(R"("tls.pin" = 1)"),
     R"(a.toml:2:1: "tls.pin": unknown key; the nearest known one is tls.pin)"},
    {"OfTwoKeysAsNearTheFirstCounts", client("lisstxn = 1"),
     "a.toml:2:1: lisstxn: unknown key; the nearest known one is listen"},
    {"ValueForATable", "role = \"client\"\nserver = \"proxy.example.org:443\"\n",
     "a.toml:2:10: server: found \"proxy.example.org:443\"; allowed: a table"},
    {"Listener", server("listen = \"proxy.example.org:443\""),
     "a.toml:2:10: listen: found \"proxy.example.org:443\"; allowed: " + kListener +
         ", or an array of them"},
    {"OneListenerOfTwo", server("listen = [\"0.0.0.0:443\", 443]"),
     "a.toml:2:26: listen[1]: found 443; allowed: " + kListener},
    {"NoListener", server("listen = []"),
     "a.toml:2:10: listen: found []; allowed: " + kListener + ", or an array of them"},
    {"HostAndPort", server("fallback = \"127.0.0.1\""),
     "a.toml:2:12: fallback: found \"127.0.0.1\"; allowed: " + kHost},
    {"Choice", server("log_level = \"verbose\""),
     "a.toml:2:13: log_level: found \"verbose\"; allowed: \"trace\" or \"debug\" or \"info\" or "
     "\"warning\" or \"error\" or \"off\""},
    {"Count", server("threads = 1025"),
     "a.toml:2:11: threads: found 1025; allowed: a whole number from 0 to 1024"},
    {"NegativeCount", server("threads = -1"),
     "a.toml:2:11: threads: found -1; allowed: a whole number from 0 to 1024"},
    {"CountOfAnotherType", server("threads = \"2\""),
     "a.toml:2:11: threads: found \"2\"; allowed: a whole number from 0 to 1024"},
    {"Duration", server("drain = \"10\""),
     R"(a.toml:2:9: drain: found "10"; allowed: a duration such as "10s", from 0s to 24h)"},
    {"DurationOfAnotherType", server("drain = 10"),
     "a.toml:2:9: drain: found 10; allowed: a duration such as \"10s\", from 0s to 24h"},
    {"WholeSeconds", kServerToml + "[keep_alive]\ninterval = \"1500ms\"\n",
     "a.toml:10:12: keep_alive.interval: found \"1500ms\"; allowed: a duration such as \"15s\", "
     "from 1s to 89s, in whole seconds"},
    {"Size", kServerToml + "[limits.session]\nchannel_queue = \"63KiB\"\n",
     "a.toml:10:17: limits.session.channel_queue: found \"63KiB\"; allowed: a size such as "
     "\"256KiB\", from 64KiB to 1GiB"},
    {"Flag", kClientToml + "[tls]\nverify = \"no\"\n",
     "a.toml:7:10: tls.verify: found \"no\"; allowed: true or false"},
    {"File", kClientToml + "[tls]\nca = \"nowhere.pem\"\n",
     "a.toml:7:6: tls.ca: found \"nowhere.pem\"; allowed: " + kFile},
    {"FolderForAFile", kClientToml + "[tls]\nca = \".\"\n",
     "a.toml:7:6: tls.ca: found \".\"; allowed: " + kFile},
    {"Texts", kClientToml + "[tls]\nalpn = [\"h2\", \"\"]\n",
     "a.toml:7:15: tls.alpn[1]: found \"\"; allowed: a string of 1 to 255 octets"},
    {"TextForTexts", kClientToml + "[tls]\nalpn = \"h2\"\n",
     "a.toml:7:8: tls.alpn: found \"h2\"; allowed: an array, each a string of 1 to 255 octets"},
    {"Pin", kClientToml + "[tls]\npin = \"abc\"\n",
     "a.toml:7:7: tls.pin: found \"abc\"; allowed: a SHA-256 digest: 64 hex digits, or base64"},
    {"Networks", kServerToml + "[egress]\ndeny = [\"10.0.0.0/8\", \"10.0.0.1/8\"]\n",
     "a.toml:10:23: egress.deny[1]: found \"10.0.0.1/8\"; allowed: an address or a network such as "
     "\"198.51.100.0/24\", host bits zero"},
    {"Policy", kServerToml + "[egress]\npolicy = \"none\"\n",
     R"(a.toml:10:10: egress.policy: found "none"; allowed: "public" or "unrestricted")"},
    {"Uuid", "role = \"client\"\nserver = {address = \"a:1\", uuid = \"6f1c2a7e\"}\n",
     "a.toml:2:35: server.uuid: found \"6f1c2a7e\"; allowed: " + kUuid},
    {"NoUsers",
     "role = \"server\"\nusers = []\ntls = {certificate = \"key.pem\", key = \"key.pem\"}\n",
     "a.toml:2:9: users: found []; allowed: one or more tables, [[users]]"},
    {"RowThatIsNoTable",
     "role = \"server\"\nusers = [7]\ntls = {certificate = \"key.pem\", key = \"key.pem\"}\n",
     "a.toml:2:10: users[0]: found 7; allowed: a table"},
    {"SameUuid",
     kServerToml + "[[users]]\nname = \"two\"\nuuid = "
                   "\"6F1C2A7E0D3B4C589A642B7F5E8D1C90\"\n",
     "a.toml:11:8: users[1].uuid: found \"6F1C2A7E0D3B4C589A642B7F5E8D1C90\"; allowed: another "
     "than "
     "on line 7"},
    {"SameName",
     kServerToml + "[[users]]\nname = \"one\"\nuuid = "
                   "\"16fd2706-8baf-433b-82eb-8c7fada847da\"\n",
     "a.toml:10:8: users[1].name: found \"one\"; allowed: another than on line 6"},
    {"SecretsAreNotShown", kClientToml + "[[credentials]]\nuser = \"u\"\npassword = 12345678\n",
     "a.toml:8:12: credentials[0].password: found something else; allowed: a string of 1 to 255 "
     "octets"},
    {"SameCredentials",
     kClientToml + "[[credentials]]\nuser = \"u\"\npassword = \"p\"\n"
                   "[[credentials]]\nuser = \"u\"\npassword = \"q\"\n",
     "a.toml:10:8: credentials[1].user: found \"u\"; allowed: another than on line 7"},
    {"MappingIdleUnderTwoMinutes", kServerToml + "[limits.session]\nmapping_idle = \"119s\"\n",
     "a.toml:10:16: limits.session.mapping_idle: found \"119s\"; allowed: a duration such as "
     "\"5m\", "
     "from 2m to 24h (RFC 4787 REQ-5: 2 minutes or more)"},
    {"InboundOnlyUnderIdle", kServerToml + "[limits.session]\nmapping_inbound_only = \"4m\"\n",
     "a.toml:10:24: limits.session.mapping_inbound_only: found \"4m\"; allowed: no less than "
     "limits.session.mapping_idle"},
    {"RuleBrokenByADefault", kServerToml + "[limits.session]\nmapping_idle = \"2h\"\n",
     "a.toml:9:1: limits.session.mapping_inbound_only: found the default; allowed: no less than "
     "limits.session.mapping_idle"},
    {"KeepAliveOver90Seconds", kServerToml + "[keep_alive]\nidle = \"46s\"\n",
     "a.toml:10:8: keep_alive.idle: found \"46s\"; allowed: idle + interval * probes of at most "
     "90s "
     "(rule CRUM-11)"},
    {"ReconnectMostUnderFirst", kClientToml + "[limits]\nreconnect_first = \"11s\"\n",
     "a.toml:6:1: limits.reconnect_most: found the default; allowed: no less than "
     "limits.reconnect_first"},
    {"MappingInVersion0", client("mapping = \"endpoint-independent\"") + "version = 0\n",
     "a.toml:2:11: mapping: found \"endpoint-independent\"; allowed: \"by-destination\", as "
     "server.version is 0"},
    {"Version", kClientToml + "version = 2\n",
     "a.toml:6:11: server.version: found 2; allowed: a whole number from 0 to 1"},
    {"Everything", "role = \"client\"\ndrain = 1\nlisten = 2\nlog = 3\n",
     "a.toml:1:1: server.address: found nothing; allowed: " + kHost +
         "\n"
         "a.toml:1:1: server.uuid: found nothing; allowed: " +
         kUuid +
         "\n"
         "a.toml:2:9: drain: found 1; allowed: a duration such as \"10s\", from 0s to 24h\n"
         "a.toml:3:10: listen: found 2; allowed: " +
         kListener +
         ", or an array of them\n"
         "a.toml:4:1: log: unknown key; the nearest known one is log_level"},
};

INSTANTIATE_TEST_SUITE_P(All, ConfigFault, testing::ValuesIn(kFaults),
                         [](const auto& fault) { return fault.param.name; });

TEST(ConfigFile, WithWhatIsRequiredIsEnough) {
  const ConfigFolder folder;
  EXPECT_EQ(folder.faults(kServerToml), "");
  EXPECT_EQ(folder.faults(kClientToml), "");
}

TEST(ConfigFile, OfTheOtherRoleIsTurnedDownForThatAlone) {
  const ConfigFolder folder;
  EXPECT_EQ(folder.report([&] { folder.server(kClientToml); }),
            "a.toml:1:8: role: found \"client\"; allowed: \"server\"");
  EXPECT_EQ(folder.report([&] { folder.client(kServerToml); }),
            "a.toml:1:8: role: found \"server\"; allowed: \"client\"");
}

TEST(ConfigFile, ThatIsNotTomlSaysWhere) {
  EXPECT_THAT(ConfigFolder().faults("role = \"server\"\nlisten = 0.0.0.0:443\n"),
              testing::StartsWith("a.toml:2:13: found \"listen = 0.0.0.0:443\"; allowed: TOML 1.0 "
                                  "(Error while parsing"));  // then toml++'s words
}

TEST(ConfigFile, ThatCannotBeReadSaysWhy) {
  const ConfigFolder folder;
  EXPECT_EQ(folder.report([&] { check_config(folder.path() / "gone.toml"); }),
            "gone.toml: cannot be read: No such file or directory");
  EXPECT_EQ(folder.report([&] { check_config(folder.path() / "."); }),
            ".: cannot be read: Is a directory");
}

TEST(ConfigFile, RelativePathsStartAtItsFolder) {
  const ConfigFolder folder;
  EXPECT_EQ(folder.server(kServerToml).options.tls.certificate, folder.path() / "certificate.pem");
}

TEST(ConfigFile, BoundsAreAllowedThemselves) {
  const ConfigFolder folder;
  EXPECT_EQ(folder.faults(server("threads = 1024\ndrain = \"24h\"") +
                          "[limits.session]\nmapping_idle = \"120s\"\nchannel_queue = \"64KiB\"\n"
                          "[keep_alive]\nidle = \"45s\"\n"),
            "");
}

}  // namespace
}  // namespace fullcone
