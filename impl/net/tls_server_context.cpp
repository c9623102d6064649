#include "net/tls_server_context.hpp"

#include <stdexcept>
#include <utility>

#include "base/bytes.hpp"
#include "net/tls_context.hpp"

namespace fullcone {
namespace {

constexpr std::string_view kSessionContext = "fullcone";

[[noreturn]] void fail(std::string_view what, const std::filesystem::path& file) {
  throw std::runtime_error(std::string(what) + " " + file.string() + ": " + take_openssl_error());
}

// A key with a pass phrase is an error, not a question on the terminal.
int no_pass_phrase(char*, int, int, void*) { return -1; }

void use_certificate(SSL_CTX* context, const ServerTls& settings) {
  SSL_CTX_set_default_passwd_cb(context, no_pass_phrase);
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, settings.certificate.c_str()) != 1) {
    fail("cannot use certificate", settings.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(context, settings.private_key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    fail("cannot use private key", settings.private_key);
  }
}

int choose_alpn(SSL*, const unsigned char** chosen, unsigned char* size,
                const unsigned char* offered, unsigned int offered_size, void* argument) {
  const auto& accepted = *static_cast<const Bytes*>(argument);
  unsigned char* match = nullptr;
  if (SSL_select_next_proto(&match, size, accepted.data(),
                            static_cast<unsigned int>(accepted.size()), offered,
                            offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = match;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TlsServerContext::TlsServerContext(const ServerTls& settings)
    : settings_(settings), alpn_(encode_alpn(settings.alpn)) {
  reload();
}

void TlsServerContext::reload() {
  std::shared_ptr<SSL_CTX> context = make_tls_context(TLS_server_method());
  use_certificate(context.get(), settings_);
  // Tickets hold the whole session: no cache, and no lock, between threads.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_session_id_context(context.get(), as_bytes(kSessionContext).data(),
                                 static_cast<unsigned int>(kSessionContext.size()));
  if (!alpn_.empty()) SSL_CTX_set_alpn_select_cb(context.get(), choose_alpn, &alpn_);

  const std::lock_guard lock(mutex_);
  context_ = std::move(context);
}

SslPtr TlsServerContext::accept() const {
  std::shared_ptr<SSL_CTX> context;
  {
    const std::lock_guard lock(mutex_);
    context = context_;
  }
  SslPtr ssl(SSL_new(context.get()));
  if (ssl == nullptr) return nullptr;
  SSL_set_accept_state(ssl.get());
  return ssl;
}

}  // namespace fullcone
