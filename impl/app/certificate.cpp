#include "app/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string_view>

#include "base/endpoint.hpp"
#include "net/openssl_handles.hpp"

namespace fullcone {
namespace {

using BioPtr = std::unique_ptr<BIO, OpensslFree<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, OpensslFree<BN_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, OpensslFree<X509_free>>;

void require(bool done, std::string_view what) {
  if (!done) throw std::runtime_error(std::string(what) + ": " + take_openssl_error());
}

// 16 octets from the system's entropy: unique, and positive as RFC 5280 section 4.1.2.2 wants it.
void set_serial_number(X509* certificate) {
  const BignumPtr number(BN_new());
  require(number != nullptr &&
              BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
              BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
          "cannot make a serial number");
}

void set_validity(X509* certificate) {
  constexpr int kDay = 24 * 60 * 60;  // in seconds
  constexpr int kDays = 3652;         // 10 years
  require(X509_time_adj_ex(X509_getm_notBefore(certificate), -1, 0, nullptr) != nullptr &&
              X509_gmtime_adj(X509_getm_notAfter(certificate), long{kDays} * kDay) != nullptr,
          "cannot set the dates");
}

// Subject and issuer. The name proper is in the extension; this one has room for 64 octets only.
void set_names(X509* certificate, const std::string& host) {
  X509_NAME* const name = X509_get_subject_name(certificate);
  const std::string common_name = host.size() <= 64 ? host : "fullcone";
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(common_name.c_str()),
                                     -1, -1, 0) == 1 &&
              X509_set_issuer_name(certificate, name) == 1,
          "cannot set the subject");
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1,
          "cannot add " + value);
}

void add_extensions(X509* certificate, const std::string& host) {
  const bool is_address = IpAddress::parse(host).has_value();
  add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate, NID_key_usage, "critical,digitalSignature");
  add_extension(certificate, NID_ext_key_usage, "serverAuth");
  add_extension(certificate, NID_subject_key_identifier, "hash");
  add_extension(certificate, NID_authority_key_identifier, "keyid:always");
  add_extension(certificate, NID_subject_alt_name, (is_address ? "IP:" : "DNS:") + host);
}

CertificatePtr certify(EVP_PKEY* key, const std::string& host) {
  CertificatePtr certificate(X509_new());
  require(certificate != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
              X509_set_pubkey(certificate.get(), key) == 1,
          "cannot make a certificate");
  set_serial_number(certificate.get());
  set_validity(certificate.get());
  set_names(certificate.get(), host);
  add_extensions(certificate.get(), host);
  require(X509_sign(certificate.get(), key, EVP_sha256()) > 0, "cannot sign the certificate");
  return certificate;
}

template <class Write>
std::string pem(Write write) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  require(bio != nullptr && write(bio.get()) == 1, "cannot write PEM");
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Pin pin_of(const EVP_PKEY* key) {
  unsigned char* encoded = nullptr;
  const int size = i2d_PUBKEY(key, &encoded);
  require(size > 0, "cannot encode the public key");
  Pin pin{};
  const bool hashed = EVP_Digest(encoded, static_cast<std::size_t>(size), pin.data(), nullptr,
                                 EVP_sha256(), nullptr) == 1;
  OPENSSL_free(encoded);
  require(hashed, "cannot hash the public key");
  return pin;
}

}  // namespace

SelfSigned make_self_signed(const std::string& host) {
  const KeyPtr key(EVP_EC_gen("P-256"));
  require(key != nullptr, "cannot make a key");
  const auto certificate = certify(key.get(), host);
  return {
      pem([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); }), pem([&](BIO* bio) {
        return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
      }),
      pin_of(key.get())};
}

}  // namespace fullcone
