// A program behind the client under test: a SOCKS5 UDP association, spoken octet by octet. A
// handle: copies are the same app.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "conformance/bed/connection.hpp"
#include "conformance/bed/network.hpp"
#include "wire/address.hpp"

namespace fullcone::conformance {

struct AppDatagram {
  Destination source;  // as the SOCKS5 header names it
  std::string payload;
  bool operator==(const AppDatagram&) const = default;
};
std::string describe(const AppDatagram& datagram);

// Throws Unmet where it is not a SOCKS5 datagram of one piece.
AppDatagram parse_app_datagram(const std::string& octets);
// reserved 2 | fragment 1 | atyp 1 | address | port 2 | payload
Bytes socks_datagram(const Destination& destination, std::string_view payload,
                     std::uint8_t fragment = 0);

class App {
 public:
  // `control` has been granted an association with this `relay`; `port` is a UDP socket of the app.
  App(Bed& bed, Connection control, const Endpoint& relay, std::unique_ptr<UdpPort> port);

  void send_to(const Destination& destination, std::string_view payload) const;
  // Any octets, to the relay as they are.
  void send_raw(const Bytes& datagram) const;
  // The next datagram from the relay; ends the case when none comes, or one that is not SOCKS5.
  AppDatagram receive() const;
  // Closes the control connection.
  void quit() const { control().close(); }

  const Connection& control() const { return state_->control; }
  const Endpoint& relay() const { return state_->relay; }
  operator Party() const;

 private:
  struct State {
    Bed& bed;
    Connection control;
    Endpoint relay;
    std::unique_ptr<UdpPort> port;
    std::string name;
    std::size_t taken = 0;
    bool anything() const { return port->received().size() > taken; }
  };
  std::shared_ptr<State> state_;
};

}  // namespace fullcone::conformance
