// A configuration file with what it refers to, and what is wrong with it. For tests.
#pragma once

#include <string>
#include <string_view>

#include "app/certificate.hpp"
#include "app/config_file.hpp"
#include "app/folder_testing.hpp"

namespace fullcone {

class ConfigFolder {
 public:
  ConfigFolder() {
    static const SelfSigned one = make_self_signed("localhost");
    static const SelfSigned other = make_self_signed("localhost");
    folder_.write("certificate.pem", one.certificate);
    folder_.write("key.pem", one.private_key);
    folder_.write("other_key.pem", other.private_key);
    folder_.write("garbage.pem", "garbage");
  }

  ServerConfig server(std::string_view text) const {
    return load_server_config(folder_.write("a.toml", text));
  }
  ClientConfig client(std::string_view text) const {
    return load_client_config(folder_.write("a.toml", text));
  }
  // The report without the folder's name, "" when nothing is wrong.
  std::string faults(std::string_view text) const {
    return report([&] { check_config(folder_.write("a.toml", text)); });
  }
  template <class Load>
  std::string report(Load load) const {
    try {
      load();
      return "";
    } catch (const ConfigError& error) {
      std::string lines = error.what();
      const std::string prefix = path().string() + "/";
      for (auto at = lines.find(prefix); at != std::string::npos; at = lines.find(prefix)) {
        lines.erase(at, prefix.size());
      }
      return lines;
    }
  }
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

// Nothing but what is required; 8 and 5 lines.
inline const std::string kServerToml = R"(role = "server"
[tls]
certificate = "certificate.pem"
key = "key.pem"
[[users]]
name = "one"
uuid = "6f1c2a7e-0d3b-4c58-9a64-2b7f5e8d1c90"

)";
inline const std::string kClientToml = R"(role = "client"
[server]
address = "proxy.example.org:443"
uuid = "6f1c2a7e-0d3b-4c58-9a64-2b7f5e8d1c90"

)";

}  // namespace fullcone
