// Self-signed certificates for tests, made by OpenSSL, in files of a folder that goes with them.
#pragma once

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "net/openssl_handles.hpp"

namespace fullcone::testing {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "net_test.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class Certificate {
 public:
  // `names` as OpenSSL writes alternative names: "DNS:proxy.test,IP:127.0.0.1".
  explicit Certificate(const std::string& names)
      : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    X509* const x509 = certificate_.get();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_NAME* const name = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(x509, name);
    X509_set_pubkey(x509, key_.get());
    X509_EXTENSION* const extension =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
    if (X509_sign(x509, key_.get(), EVP_sha256()) == 0) throw std::runtime_error("not signed");
  }

  void write(const std::filesystem::path& certificate, const std::filesystem::path& key) const {
    const File to_certificate(std::fopen(certificate.c_str(), "w"));
    PEM_write_X509(to_certificate.get(), certificate_.get());
    const File to_key(std::fopen(key.c_str(), "w"));
    PEM_write_PrivateKey(to_key.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  }

  // SHA-256 of the SubjectPublicKeyInfo.
  std::array<std::uint8_t, 32> pin() const {
    unsigned char* encoded = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &encoded);
    std::array<std::uint8_t, 32> digest{};
    EVP_Digest(encoded, static_cast<std::size_t>(size), digest.data(), nullptr, EVP_sha256(),
               nullptr);
    OPENSSL_free(encoded);
    return digest;
  }

  bool same_as(const X509* other) const { return X509_cmp(certificate_.get(), other) == 0; }

 private:
  using File = std::unique_ptr<std::FILE, OpensslFree<std::fclose>>;

  std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>> key_;
  std::unique_ptr<X509, OpensslFree<X509_free>> certificate_;
};

}  // namespace fullcone::testing
