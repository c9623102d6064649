#include "core/local_reply.hpp"

#include "wire/http_connect.hpp"
#include "wire/socks5.hpp"

namespace fullcone {

ByteView success_reply(LocalProtocol protocol, ClientActions& out) {
  if (protocol == LocalProtocol::http) return as_bytes(http::kEstablished);
  return out.keep(to_bytes(socks5::encode_reply(socks5::Reply::succeeded, {}).view()));
}

ByteView failure_reply(LocalProtocol protocol, ConnectFailure why, ClientActions& out) {
  if (protocol == LocalProtocol::http) {
    return as_bytes(http::error_response(why == ConnectFailure::timed_out ? 504 : 502));
  }
  return out.keep(to_bytes(socks5::encode_reply(socks5::Reply::general_failure, {}).view()));
}

}  // namespace fullcone
