#include "bench/load/socks_client.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

#include "wire/socks5.hpp"

namespace fullcone::load {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

tcp::endpoint name_of(const Endpoint& endpoint) {
  return {asio::ip::make_address(endpoint.ip.to_string()), endpoint.port};
}

Bytes exchange(tcp::socket& socket, const Bytes& out, std::size_t answer_octets) {
  asio::write(socket, asio::buffer(out));
  Bytes answer(answer_octets);
  asio::read(socket, asio::buffer(answer));
  return answer;
}

// What the proxy says it bound; of IPv4, as all is that is measured here.
Endpoint request(tcp::socket& socket, socks5::Command command, const Endpoint& destination) {
  socket.set_option(tcp::no_delay(true));
  Bytes out;
  socks5::encode_greeting(false, out);
  exchange(socket, out, 2);
  out.clear();
  socks5::encode_request(command, destination, out);
  const auto reply = socks5::parse_reply(exchange(socket, out, 10));
  if (!reply.parsed() || reply.value().reply != socks5::Reply::succeeded) {
    throw std::runtime_error("the proxy refuses the request");
  }
  return reply.value().bound;
}

}  // namespace

tcp::socket dial(asio::io_context& io, const Way& way, const Endpoint& target) {
  tcp::socket socket(io);
  socket.connect(name_of(way.proxy ? *way.proxy : way.tunnel.value_or(target)));
  if (way.proxy) request(socket, socks5::Command::connect, target);
  return socket;
}

Association::Association(const Endpoint& proxy) : control_(io_) {
  control_.connect(name_of(proxy));
  relay_ = request(control_, socks5::Command::udp_associate, Endpoint{});
}

}  // namespace fullcone::load
