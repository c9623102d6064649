// The records of a TLS 1.3 connection once OpenSSL has shaken hands (RFC 8446 sections 4.6.3, 5 and
// 6): read as many as a read of the socket brings, and opened straight to where they are wanted;
// sealed straight from where they wait, many to a call. OpenSSL would copy each twice and ask the
// socket for each; a short one costs it three times what it costs here.
#pragma once

#include <cstdint>
#include <span>

#include "net/openssl_handles.hpp"
#include "net/tls_handshake_secrets.hpp"
#include "net/tls_post_handshake.hpp"
#include "net/tls_record_cipher.hpp"
#include "net/tls_record_input.hpp"
#include "net/tls_record_output.hpp"
#include "net/transport.hpp"

namespace fullcone {

class TlsRecords {
 public:
  // `ssl` has shaken hands and read nothing since; it is kept until all the tickets have come that
  // precede what the far end says. `fd` outlives this. Throws std::bad_alloc.
  TlsRecords(SslPtr ssl, const TlsSuite& suite, const TlsHandshakeSecrets& secrets, int fd,
             std::uint64_t records_per_key = kRecordsPerKey);

  // As those of Transport.
  Transport::Result read(std::span<std::uint8_t> into);
  Transport::Result write(ByteView from);
  Transport::Status send_end();
  std::size_t unsent() const { return output_.size(); }

  // A key protects no more than this: 24 million are safe (RFC 8446 section 5.5).
  static constexpr std::uint64_t kRecordsPerKey = std::uint64_t{1} << 24;

 private:
  enum class Alert : std::uint8_t {
    close_notify = 0,
    unexpected_message = 10,
    bad_record_mac = 20,
    record_overflow = 22,
    illegal_parameter = 47,
    decode_error = 50,
    user_canceled = 90,
  };
  enum class End : std::uint8_t { none, closed, cut, fatal_alert };

  // Octets of application data, at the front of `into`.
  std::size_t open(ByteView record, std::span<std::uint8_t> into);
  void on_alert(ByteView content);
  void on_handshake(ByteView record, ByteView content);
  void take_ticket(ByteView record);
  void refuse(Alert why);
  Transport::Result told(std::size_t octets) const;

  void seal(TlsContent type, ByteView content);
  void seal_alert(Alert alert);
  void update_own_key();

  SslPtr ssl_;  // while tickets are awaited, and nothing else has come
  TlsRecordCipher opener_;
  TlsRecordCipher sealer_;
  TlsRecordInput input_;
  TlsRecordOutput output_;
  TlsPostHandshake post_handshake_;
  const std::uint64_t records_per_key_;
  End input_end_ = End::none;
  bool owes_key_update_ = false;
  bool end_sealed_ = false;
};

}  // namespace fullcone
