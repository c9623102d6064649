// A runner's status as one line of JSON, for logs and whoever collects them.
#pragma once

#include <string>

#include "net/client_runner.hpp"
#include "net/server_runner.hpp"

namespace fullcone {

// {"role":"server","connections":1,…,"counters":{"connections_accepted":7,…}}, without a newline.
std::string to_json(const ServerRunner::Status& status);
std::string to_json(const ClientRunner::Status& status);

}  // namespace fullcone
