#include "conformance/bed/served_request.hpp"

#include "conformance/bed/request.hpp"

namespace fullcone::conformance {

void ServedRequest::send_umfurs(const Endpoint& source, std::string_view payload) const {
  connection_.send(umfurs_message(source, payload));
}

void ServedRequest::send_datagram(std::string_view payload) const {
  connection_.send(frame(payload));
}

std::string ServedRequest::receive_datagram() const {
  const std::string length = connection_.receive(2);
  return connection_.receive(ByteReader(as_bytes(length)).u16().value());
}

Bytes umfurs_message(const Endpoint& source, std::string_view payload) {
  std::string body;
  body += source.ip.is_v4() ? '\1' : '\3';
  body += as_text(source.ip.octets());
  body += static_cast<char>(source.port >> 8);
  body += static_cast<char>(source.port & 0xff);
  body += payload;
  return frame(body);
}

}  // namespace fullcone::conformance
