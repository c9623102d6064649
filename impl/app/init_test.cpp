// What `fullcone init` writes loads, and server and client know each other.
#include "app/init.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "app/config_file.hpp"
#include "app/folder_testing.hpp"

namespace fullcone {
namespace {

const std::vector<std::string> kFiles{"certificate.pem", "key.pem", "server.toml", "client.toml"};

mode_t mode_of(const std::filesystem::path& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 0777u : 0;
}

TEST(Init, ServerAndClientKnowEachOther) {
  const TemporaryFolder folder;
  init({.host = "proxy.example.org", .directory = folder.path()});
  const auto server = load_server_config(folder.path() / "server.toml").options;
  const auto client = load_client_config(folder.path() / "client.toml").options;
  EXPECT_EQ(server.listen, std::vector{Endpoint::parse("0.0.0.0:443").value()});
  EXPECT_EQ(client.listen, std::vector{Endpoint::parse("127.0.0.1:1080").value()});
  EXPECT_EQ(client.server, Destination(NamedEndpoint{"proxy.example.org", 443}));
  ASSERT_EQ(server.users.size(), 1u);
  EXPECT_EQ(client.settings.user, server.users[0].uuid);
  EXPECT_TRUE(client.tls.pin.has_value());
  EXPECT_TRUE(client.tls.verify);
}

TEST(Init, TakesAddressesAndAPort) {
  const TemporaryFolder folder;
  init({.host = "2001:db8::1", .port = 8443, .directory = folder.path() / "new" / "folder"});
  const auto made = folder.path() / "new" / "folder";
  EXPECT_EQ(load_client_config(made / "client.toml").options.server,
            Destination(Endpoint::parse("[2001:db8::1]:8443").value()));
  EXPECT_EQ(load_server_config(made / "server.toml").options.listen[0].port, 8443);
}

TEST(Init, UuidsAreRandomOnes) {
  const TemporaryFolder folder;
  const auto uuid = [&] {
    init({.host = "localhost", .directory = folder.path(), .force = true});
    return load_server_config(folder.path() / "server.toml").options.users[0].uuid.to_string();
  };
  const auto first = uuid();
  EXPECT_EQ(first[14], '4') << first;  // RFC 9562 section 5.4
  EXPECT_NE(std::string("89ab").find(first[19]), std::string::npos) << first;
  EXPECT_NE(uuid(), first);
}

TEST(Init, SecretsAreTheirOwnersOnly) {
  const TemporaryFolder folder;
  init({.host = "localhost", .directory = folder.path()});
  for (const char* secret : {"key.pem", "server.toml", "client.toml"}) {
    EXPECT_EQ(mode_of(folder.path() / secret), 0600u) << secret;
  }
}

TEST(Init, ReplacesNothingUnasked) {
  for (const auto& name : kFiles) {
    const TemporaryFolder folder;
    folder.write(name, "mine");
    try {
      init({.host = "localhost", .directory = folder.path()});
      ADD_FAILURE() << name << " was replaced";
    } catch (const InitError& error) {
      EXPECT_EQ(error.what(), (folder.path() / name).string() +
                                  ": already there; --force replaces what is there");
    }
    for (const auto& other : kFiles) {
      EXPECT_EQ(std::filesystem::exists(folder.path() / other), other == name);
    }
    EXPECT_EQ(read_whole(folder.path() / name), "mine");
  }
}

TEST(Init, ForcedReplacesTheFileAndItsMode) {
  const TemporaryFolder folder;
  folder.write("key.pem", "mine");
  std::filesystem::permissions(folder.path() / "key.pem", std::filesystem::perms{0644});
  folder.write("elsewhere", "not ours to touch");
  std::filesystem::create_symlink("elsewhere", folder.path() / "server.toml");
  init({.host = "localhost", .directory = folder.path(), .force = true});
  EXPECT_EQ(mode_of(folder.path() / "key.pem"), 0600u);
  EXPECT_EQ(read_whole(folder.path() / "elsewhere"), "not ours to touch");
  EXPECT_EQ(check_config(folder.path() / "server.toml"), "server");
}

TEST(Init, WantsAHostThatClientsCanDial) {
  const TemporaryFolder folder;
  for (const char* host :
       {"", "a b", "https://example.org", "example.org:443", "192.0.2.300", "[::1]", "x,DNS:y"}) {
    EXPECT_THROW(init({.host = host, .directory = folder.path() / "made"}), InitError) << host;
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "made"));
}

TEST(Init, TellsTheNextTwoCommands) {
  const TemporaryFolder folder;
  const auto told = init({.host = "localhost", .directory = folder.path()});
  EXPECT_NE(
      told.find("\n    fullcone server -c " + (folder.path() / "server.toml").string() + "\n"),
      std::string::npos)
      << told;
  EXPECT_NE(
      told.find("\n    fullcone client -c " + (folder.path() / "client.toml").string() + "\n"),
      std::string::npos)
      << told;
}

}  // namespace
}  // namespace fullcone
