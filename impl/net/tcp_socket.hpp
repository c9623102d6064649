// TCP sockets as the drivers want them: non-blocking, closed on exec, without Nagle's delay, and
// with a way to notice a dead link (CRUM-11).
#pragma once

#include <vector>

#include "base/endpoint.hpp"
#include "core/limits.hpp"
#include "net/unique_fd.hpp"

namespace fullcone {

// `count` sockets that listen on `address` and share what arrives (SO_REUSEPORT); for port 0 all on
// the port that the first was given. An IPv6 address takes IPv6 only. Throws std::runtime_error
// that names the address, also when another process listens there.
std::vector<UniqueFd> listen_tcp(Endpoint address, unsigned count);

// Begins to connect; the socket becomes writable when it is decided, and take_error() tells. An
// invalid fd, and errno, when it is decided already.
UniqueFd begin_connect(const Endpoint& address);

// The error that is waiting on the socket, 0 if none; reading clears it.
int take_error(int fd);

void set_no_delay(int fd);
// Probes an idle connection, and gives one up whose data is not acknowledged in dead_after().
void set_keep_alive(int fd, const KeepAlive& keep_alive);
// Only probes; for one whose far end may stand still as long as it likes. The system's bound on
// unacknowledged data cuts a live peer too when its window stays shut (TCP_USER_TIMEOUT).
void set_patient_keep_alive(int fd, const KeepAlive& keep_alive);
// Octets not sent yet stay in our own queue, where they are counted and bounded (CRUM-10), rather
// than in megabytes of the system's.
void set_short_send_queue(int fd);
// What was written and the far end has not acknowledged; 0 once the connection is over.
std::size_t unacknowledged_octets(int fd);
// close() will reset the connection instead of ending it.
void set_reset_on_close(int fd);

}  // namespace fullcone
