#include "conformance/live/tls_context.hpp"

#include <openssl/x509_vfy.h>
#include <signal.h>

#include <stdexcept>
#include <utility>

namespace fullcone::conformance {
namespace {

// OpenSSL writes to sockets without MSG_NOSIGNAL, and a subject may go at any time. A handler: what
// is ignored stays so in the programs that the suite starts.
void survive_broken_pipes() {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGPIPE, &action, nullptr);
}

SslContextPtr make_context(const SSL_METHOD* method) {
  survive_broken_pipes();
  SslContextPtr context(SSL_CTX_new(method));
  if (!context) throw std::runtime_error("no TLS");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_keylog_callback(context.get(), &log_key);
  return context;
}

SslPtr make_ssl(const SslContextPtr& context) {
  SslPtr ssl(SSL_new(context.get()));
  if (!ssl) throw std::runtime_error("no TLS");
  return ssl;
}

}  // namespace

TlsDialler::TlsDialler(const std::filesystem::path& ca, std::string server_name)
    : context_(make_context(TLS_client_method())), server_name_(std::move(server_name)) {
  if (SSL_CTX_load_verify_file(context_.get(), ca.c_str()) != 1) {
    throw std::runtime_error("no certificate in " + ca.string());
  }
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  // A certificate given by itself, not its authority, will do.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context_.get()), X509_V_FLAG_PARTIAL_CHAIN);
}

SslPtr TlsDialler::make() const {
  SslPtr ssl = make_ssl(context_);
  if (!server_name_.empty()) {
    SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(server_name_.c_str()));  // copied, whatever the signature says
    SSL_set1_host(ssl.get(), server_name_.c_str());
  }
  SSL_set_connect_state(ssl.get());
  return ssl;
}

TlsAcceptor::TlsAcceptor(const Certificate& certificate)
    : context_(make_context(TLS_server_method())) {
  if (SSL_CTX_use_certificate(context_.get(), certificate.leaf.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context_.get(), certificate.leaf_key.get()) != 1) {
    throw std::runtime_error("the suite's own certificate cannot be used");
  }
}

SslPtr TlsAcceptor::make() const {
  SslPtr ssl = make_ssl(context_);
  SSL_set_accept_state(ssl.get());
  return ssl;
}

}  // namespace fullcone::conformance
