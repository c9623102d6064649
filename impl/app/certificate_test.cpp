// The certificate of `fullcone init` holds for clients that pin it and for those that trust it.
#include "app/certificate.hpp"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "net/openssl_handles.hpp"

namespace fullcone {
namespace {

using CertificatePtr = std::unique_ptr<X509, OpensslFree<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, OpensslFree<BIO_free_all>>;
using StorePtr = std::unique_ptr<X509_STORE, OpensslFree<X509_STORE_free>>;
using VerificationPtr = std::unique_ptr<X509_STORE_CTX, OpensslFree<X509_STORE_CTX_free>>;

CertificatePtr certificate_of(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return CertificatePtr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

KeyPtr key_of(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return KeyPtr(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

// What OpenSSL says, by its strictest rules, of a server that shows `certificate` to a client whose
// only trust anchor is that certificate.
int verify_as_own_anchor(X509* certificate) {
  const StorePtr store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), certificate);
  const VerificationPtr verification(X509_STORE_CTX_new());
  X509_STORE_CTX_init(verification.get(), store.get(), certificate, nullptr);
  X509_STORE_CTX_set_purpose(verification.get(), X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(verification.get()),
                              X509_V_FLAG_X509_STRICT);
  X509_verify_cert(verification.get());
  return X509_STORE_CTX_get_error(verification.get());
}

TEST(Certificate, VerifiesWhereItIsTheTrustAnchor) {
  for (const char* host : {"proxy.example.org", "192.0.2.1", "2001:db8::1"}) {
    const auto certificate = certificate_of(make_self_signed(host).certificate);
    EXPECT_EQ(verify_as_own_anchor(certificate.get()), X509_V_OK) << host;
  }
}

TEST(Certificate, NamesItsHostAndNoOther) {
  const auto named = certificate_of(make_self_signed("proxy.example.org").certificate);
  EXPECT_EQ(X509_check_host(named.get(), "proxy.example.org", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(named.get(), "example.org", 0, 0, nullptr), 0);
  const auto ipv4 = certificate_of(make_self_signed("192.0.2.1").certificate);
  EXPECT_EQ(X509_check_ip_asc(ipv4.get(), "192.0.2.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(ipv4.get(), "192.0.2.2", 0), 0);
  const auto ipv6 = certificate_of(make_self_signed("2001:db8::1").certificate);
  EXPECT_EQ(X509_check_ip_asc(ipv6.get(), "2001:db8::1", 0), 1);
  const std::string longest = std::string(63, 'a') + "." + std::string(63, 'b') + ".example";
  const auto with_long_name = certificate_of(make_self_signed(longest).certificate);
  EXPECT_EQ(X509_check_host(with_long_name.get(), longest.c_str(), 0, 0, nullptr), 1);
}

TEST(Certificate, IsNoAuthority) {
  const auto certificate = certificate_of(make_self_signed("proxy.example.org").certificate);
  EXPECT_EQ(X509_check_ca(certificate.get()), 0);
}

TEST(Certificate, HoldsForTenYearsFromADayAgo) {
  const auto certificate = certificate_of(make_self_signed("proxy.example.org").certificate);
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(certificate.get()), nullptr);
  EXPECT_EQ(days, 1);
  ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate.get()));
  EXPECT_TRUE(days == 3651 || (days == 3652 && seconds == 0)) << days << " days";
}

TEST(Certificate, ItsKeyIsItsOwnAndOnP256) {
  const auto made = make_self_signed("proxy.example.org");
  const auto key = key_of(made.private_key);
  EXPECT_EQ(X509_check_private_key(certificate_of(made.certificate).get(), key.get()), 1);
  EXPECT_EQ(EVP_PKEY_get_bits(key.get()), 256);
  EXPECT_EQ(EVP_PKEY_is_a(key.get(), "EC"), 1);
}

TEST(Certificate, ThePinIsTheDigestOfTheSubjectPublicKeyInfo) {
  const auto made = make_self_signed("proxy.example.org");
  const auto certificate = certificate_of(made.certificate);
  unsigned char* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &encoded);
  ASSERT_GT(size, 0);
  Pin digest{};
  EVP_Digest(encoded, static_cast<std::size_t>(size), digest.data(), nullptr, EVP_sha256(),
             nullptr);
  OPENSSL_free(encoded);
  EXPECT_EQ(made.pin, digest);
}

TEST(Certificate, KeysAndSerialNumbersAreNew) {
  const auto first = make_self_signed("proxy.example.org");
  const auto second = make_self_signed("proxy.example.org");
  EXPECT_NE(first.pin, second.pin);
  EXPECT_NE(ASN1_INTEGER_cmp(X509_get0_serialNumber(certificate_of(first.certificate).get()),
                             X509_get0_serialNumber(certificate_of(second.certificate).get())),
            0);
}

}  // namespace
}  // namespace fullcone
