#include "net/tls_client_context.hpp"

#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <spdlog/spdlog.h>

#include <stdexcept>

#include "net/tls_context.hpp"

namespace fullcone {
namespace {

using Pin = std::array<std::uint8_t, 32>;

constexpr std::size_t kSessions = 256;

std::optional<Pin> digest_of_key(X509* certificate) {
  unsigned char* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded);
  if (size <= 0) return std::nullopt;
  Pin digest;
  const bool hashed = EVP_Digest(encoded, static_cast<std::size_t>(size), digest.data(), nullptr,
                                 EVP_sha256(), nullptr) == 1;
  OPENSSL_free(encoded);
  return hashed ? std::optional(digest) : std::nullopt;
}

// Takes the place of the verification of chain and name.
int check_pin(X509_STORE_CTX* store, void* argument) {
  X509* const leaf = X509_STORE_CTX_get0_cert(store);
  if (leaf != nullptr && digest_of_key(leaf) == *static_cast<const Pin*>(argument)) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

int keep_session(SSL* ssl, SSL_SESSION* session) {
  if (SSL_SESSION_is_resumable(session) != 1) return 0;
  auto* const cache = static_cast<TlsSessionCache*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  cache->put(session);
  return 0;  // the reference stays OpenSSL's
}

}  // namespace

TlsClientContext::TlsClientContext(const ClientTls& settings, const std::string& host)
    : context_(make_tls_context(TLS_client_method())),
      name_(settings.server_name.empty() ? host : settings.server_name),
      name_is_address_(IpAddress::parse(name_).has_value()),
      pin_(settings.pin),
      sessions_(kSessions) {
  set_verification(settings);
  const Bytes alpn = encode_alpn(settings.alpn);
  if (!alpn.empty() && SSL_CTX_set_alpn_protos(context_.get(), alpn.data(),
                                               static_cast<unsigned int>(alpn.size())) != 0) {
    throw std::runtime_error("cannot offer ALPN: " + take_openssl_error());
  }
  SSL_CTX_set_session_cache_mode(context_.get(),
                                 SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_set_app_data(context_.get(), &sessions_);
  SSL_CTX_sess_set_new_cb(context_.get(), keep_session);
}

void TlsClientContext::set_verification(const ClientTls& settings) {
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  if (pin_) {
    SSL_CTX_set_cert_verify_callback(context_.get(), check_pin, &*pin_);
  } else if (!settings.verify) {
    spdlog::warn(
        "the server's certificate is NOT verified: anyone on the way can read and change "
        "everything");
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
  } else if (settings.ca) {
    if (SSL_CTX_load_verify_file(context_.get(), settings.ca->c_str()) != 1) {
      throw std::runtime_error("cannot use CA file " + settings.ca->string() + ": " +
                               take_openssl_error());
    }
  } else if (SSL_CTX_set_default_verify_paths(context_.get()) != 1) {
    throw std::runtime_error("cannot use the system's CA certificates: " + take_openssl_error());
  }
}

SslPtr TlsClientContext::connect() {
  SslPtr ssl(SSL_new(context_.get()));
  if (ssl == nullptr || !name_server(ssl.get())) return nullptr;
  if (const auto session = sessions_.take()) SSL_set_session(ssl.get(), session.get());
  SSL_set_connect_state(ssl.get());
  return ssl;
}

// SNI carries host names only (RFC 6066 section 3).
bool TlsClientContext::name_server(SSL* ssl) const {
  if (name_is_address_) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name_.c_str()) == 1;
  }
  // SSL_set_tlsext_host_name() without its macro's cast.
  return SSL_set1_host(ssl, name_.c_str()) == 1 &&
         SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                  const_cast<char*>(name_.c_str())) == 1;
}

}  // namespace fullcone
