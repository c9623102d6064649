#include "net/tls_handshake_secrets.hpp"

#include <charconv>

namespace fullcone {
namespace {

// `hex` as a secret; without one when it is none.
TlsRecordCipher::Secret read_secret(std::string_view hex) {
  TlsRecordCipher::Secret secret;
  if (hex.size() % 2 != 0 || hex.size() / 2 > TlsRecordCipher::Secret::kMost) return secret;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const char* const digits = hex.data() + i;
    const auto [end, error] = std::from_chars(digits, digits + 2, secret.octets[i / 2], 16);
    if (error != std::errc() || end != digits + 2) return {};
  }
  secret.size = hex.size() / 2;
  return secret;
}

}  // namespace

void TlsHandshakeSecrets::allow(SSL_CTX* context) { SSL_CTX_set_keylog_callback(context, on_line); }

void TlsHandshakeSecrets::watch(SSL* ssl) {
  SSL_set_app_data(ssl, this);
  SSL_set_msg_callback(ssl, on_message);
  SSL_set_msg_callback_arg(ssl, this);
}

void TlsHandshakeSecrets::forget(SSL* ssl) {
  SSL_set_app_data(ssl, nullptr);
  SSL_set_msg_callback(ssl, nullptr);
}

const TlsSuite* TlsHandshakeSecrets::suite(const SSL* ssl) const {
  if (SSL_version(ssl) != TLS1_3_VERSION || SSL_has_pending(ssl) != 0) return nullptr;
  if (SSL_SESSION_get_max_fragment_length(SSL_get0_session(ssl)) != 0) return nullptr;
  const auto* const found = TlsSuite::find(SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(ssl)));
  if (found == nullptr) return nullptr;
  const std::size_t size = found->hash_octets();
  return client_.size == size && server_.size == size ? found : nullptr;
}

// A line of a key log: its label, the client's random, the secret.
void TlsHandshakeSecrets::on_line(const SSL* ssl, const char* line) {
  auto* const watching = static_cast<TlsHandshakeSecrets*>(SSL_get_app_data(ssl));
  if (watching != nullptr) watching->learn(line);
}

void TlsHandshakeSecrets::learn(std::string_view line) {
  const std::string_view label = line.substr(0, line.find(' '));
  const std::string_view hex = line.substr(line.rfind(' ') + 1);
  if (label == "CLIENT_TRAFFIC_SECRET_0") client_ = read_secret(hex);
  if (label == "SERVER_TRAFFIC_SECRET_0") server_ = read_secret(hex);
}

// Our Finished is the last message under the handshake's keys.
void TlsHandshakeSecrets::on_message(int sent, int, int type, const void* octets, std::size_t size,
                                     SSL*, void* argument) {
  if (sent == 0) return;
  auto& self = *static_cast<TlsHandshakeSecrets*>(argument);
  const bool finished = type == SSL3_RT_HANDSHAKE && size != 0 &&
                        *static_cast<const std::uint8_t*>(octets) == SSL3_MT_FINISHED;
  if (finished) self.sent_ = 0;
  if (type == SSL3_RT_HEADER) ++self.sent_;
}

}  // namespace fullcone
