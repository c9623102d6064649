#include "conformance/live/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace fullcone::conformance {
namespace {

constexpr long kDay = 24 * 60 * 60;

template <class Result>
Result check(Result result, const char* what) {
  if (!result) throw std::runtime_error(std::string("cannot make a certificate: ") + what);
  return result;
}

void add_extension(X509& certificate, X509& issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension =
      check(X509V3_EXT_conf_nid(nullptr, &context, kind, value), "extension");
  X509_add_ext(&certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// Not signed yet.
X509Ptr make_unsigned(const char* name, long serial, EVP_PKEY& key) {
  X509Ptr certificate(check(X509_new(), "X509_new"));
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kDay * 30);
  X509_set_pubkey(certificate.get(), &key);
  const auto* const text = reinterpret_cast<const unsigned char*>(name);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC, text, -1,
                             -1, 0);
  return certificate;
}

template <class Write>
void write(const std::filesystem::path& file, Write&& write_to) {
  BIO* const out = BIO_new_file(file.c_str(), "w");
  const bool written = out != nullptr && write_to(out) == 1;
  BIO_free_all(out);
  if (!written) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace

Certificate make_certificate() {
  const KeyPtr authority_key(check(EVP_EC_gen("P-256"), "key"));
  KeyPtr leaf_key(check(EVP_EC_gen("P-256"), "key"));
  X509Ptr authority = make_unsigned("fullcone conformance authority", 1, *authority_key);
  X509_set_issuer_name(authority.get(), X509_get_subject_name(authority.get()));
  add_extension(*authority, *authority, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(*authority, *authority, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(*authority, *authority, NID_subject_key_identifier, "hash");
  check(X509_sign(authority.get(), authority_key.get(), EVP_sha256()), "signature");

  X509Ptr leaf = make_unsigned("localhost", 2, *leaf_key);
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(authority.get()));
  add_extension(*leaf, *authority, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(*leaf, *authority, NID_key_usage, "critical,digitalSignature");
  add_extension(*leaf, *authority, NID_ext_key_usage, "serverAuth");
  add_extension(*leaf, *authority, NID_authority_key_identifier, "keyid");
  add_extension(*leaf, *authority, NID_subject_alt_name,
                "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1");
  check(X509_sign(leaf.get(), authority_key.get(), EVP_sha256()), "signature");
  return {std::move(authority), std::move(leaf), std::move(leaf_key)};
}

void write_pem(const X509& certificate, const std::filesystem::path& file) {
  write(file, [&](BIO* out) { return PEM_write_bio_X509(out, &certificate); });
}

void write_pem(const EVP_PKEY& key, const std::filesystem::path& file) {
  write(file, [&](BIO* out) {
    return PEM_write_bio_PrivateKey(out, &key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

}  // namespace fullcone::conformance
