// The few things that the suite asks of the system's sockets, all of them non-blocking. What fails
// throws std::system_error, where nothing else is said.
#pragma once

#include <sys/socket.h>

#include <optional>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "conformance/live/unique_fd.hpp"

namespace fullcone::conformance {

// Port 0: the system's choice. Empty where the machine does not have that address.
UniqueFd open_udp(const Endpoint& local);
UniqueFd listen_tcp(const Endpoint& local);
// Bound, but not listening: who dials it is refused.
UniqueFd bind_tcp(const Endpoint& local);
// Under way; writable once it is up or has failed. Empty: it was refused at once.
UniqueFd dial_tcp(const Endpoint& remote);
// Empty: nobody waits.
UniqueFd accept_tcp(const UniqueFd& listener);

Endpoint local_endpoint(const UniqueFd& fd);
// nullopt: it is of another family than IPv4 and IPv6.
std::optional<IpAddress> ip_address_of(const sockaddr& address);
std::optional<Endpoint> remote_endpoint(const UniqueFd& fd);  // nullopt: it is not connected
// The error that a dial ended with; 0: it is up.
int pending_error(const UniqueFd& fd);
// The next close() resets the connection.
void reset_on_close(const UniqueFd& fd);

void send_datagram(const UniqueFd& fd, const Endpoint& to, ByteView payload);
struct ReceivedDatagram {
  Endpoint source;
  Bytes payload;
};
std::optional<ReceivedDatagram> receive_datagram(const UniqueFd& fd);

// Whether some socket of this machine holds the UDP port, at whatever address.
bool udp_port_is_held(const Endpoint& port);
// Whether a TCP dial gets through within `limit`.
bool answers(const Endpoint& remote, Duration limit);

}  // namespace fullcone::conformance
