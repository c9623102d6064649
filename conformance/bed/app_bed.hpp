// What a testbed with a SOCKS5 port has for cases: apps that connect to it and associate.
#pragma once

#include <vector>

#include "conformance/bed/app.hpp"
#include "conformance/bed/bed.hpp"

namespace fullcone::conformance {

class AppBed : public Bed {
 public:
  using Bed::Bed;

  // A UDP association, and a UDP socket for it.
  App associate();
  struct Association {
    Connection control;
    Endpoint relay;
  };
  // The same, without the socket.
  Association open_association();
  // A TCP connection to the SOCKS5 port, nothing said yet.
  Connection connect_as_app();
  // SOCKS5's greeting, with the credentials if the subject asks for some.
  void greet(const Connection& app);
  // A SOCKS5 request and its reply, whose code must be 0; returns the address bound.
  Endpoint request_granted(const Connection& app, socks5::Command command,
                           const Destination& destination);

 protected:
  void close_apps();

 private:
  std::vector<Connection> apps_;
};

}  // namespace fullcone::conformance
