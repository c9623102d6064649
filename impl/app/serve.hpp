// `fullcone server` and `fullcone client`: a runner from its configuration until a signal ends it.
//
//   SIGINT, SIGTERM  drains and returns; the second one closes at once
//   SIGHUP           the server reads its certificate and key again
//   SIGUSR1          the status as one line of JSON on standard error, also printed at the end
//
// Once it serves, standard error has a line `listening on ADDRESS:PORT` for each listener, whatever
// the log level, for scripts to wait for.
#pragma once

#include <string>

#include "app/client_config.hpp"
#include "app/server_config.hpp"

namespace fullcone {

// Both return when everything is closed, and throw std::runtime_error when they cannot serve.
void serve(const ServerConfig& config);
void serve(const ClientConfig& config);

}  // namespace fullcone
