// The suite's own certificate, made when it starts: for its server, and for the client under test
// to trust.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>

namespace fullcone::conformance {

struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using X509Ptr = std::unique_ptr<X509, CertificateFree>;
using KeyPtr = std::unique_ptr<EVP_PKEY, CertificateFree>;

// A leaf for localhost, 127.0.0.1 and ::1, and the authority that signed it.
struct Certificate {
  X509Ptr authority;
  X509Ptr leaf;
  KeyPtr leaf_key;
};

// Throws std::runtime_error.
Certificate make_certificate();
void write_pem(const X509& certificate, const std::filesystem::path& file);
void write_pem(const EVP_PKEY& key, const std::filesystem::path& file);

}  // namespace fullcone::conformance
