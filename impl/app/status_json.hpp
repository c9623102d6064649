// A runner's status as one line of JSON, for logs and whoever collects them.
#pragma once

#include <cstddef>
#include <string>

#include "net/client_runner.hpp"
#include "net/server_runner.hpp"

namespace fullcone {

// {"role":"server","heap_bytes":9,"connections":1,…,"counters":{"connections_accepted":7,…}},
// without a newline. `heap_bytes`: heap_in_use().
std::string to_json(const ServerRunner::Status& status, std::size_t heap_bytes);
std::string to_json(const ClientRunner::Status& status, std::size_t heap_bytes);

// What the process has allocated and not freed, in octets; 0 where an allocator does not tell.
std::size_t heap_in_use();

}  // namespace fullcone
