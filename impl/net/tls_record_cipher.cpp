#include "net/tls_record_cipher.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include <algorithm>
#include <cassert>
#include <new>
#include <string>
#include <string_view>

namespace fullcone {
namespace {

// What OpenSSL only refuses when it is used wrongly, or has no memory.
void require(bool done) {
  if (!done) throw std::bad_alloc();
}

using MacPtr = std::unique_ptr<EVP_MAC_CTX, OpensslFree<EVP_MAC_CTX_free>>;

MacPtr make_hmac(const char* hash) {
  const std::unique_ptr<EVP_MAC, OpensslFree<EVP_MAC_free>> hmac(
      EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  require(hmac != nullptr);
  MacPtr made(EVP_MAC_CTX_new(hmac.get()));
  std::string name(hash);
  const std::array parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
      OSSL_PARAM_construct_end()};
  require(made != nullptr && EVP_MAC_CTX_set_params(made.get(), parameters.data()) == 1);
  return made;
}

// To find an algorithm by its name costs more than to use it.
EVP_MAC_CTX* hmac(TlsSuite::Hash hash) {
  thread_local const MacPtr sha_256 = make_hmac("SHA256");
  thread_local const MacPtr sha_384 = make_hmac("SHA384");
  return hash == TlsSuite::Hash::sha_256 ? sha_256.get() : sha_384.get();
}

// HKDF-Expand-Label of RFC 8446 section 7.1 without a context: one block of HKDF, for no key here
// is longer than the hash.
void expand_label(const TlsSuite& suite, ByteView secret, std::string_view label,
                  std::span<std::uint8_t> into) {
  constexpr std::string_view kPrefix = "tls13 ";
  ShortBytes<64> info;
  info.u16(static_cast<std::uint16_t>(into.size()));
  info.u8(static_cast<std::uint8_t>(kPrefix.size() + label.size()));
  info.append(as_bytes(kPrefix)).append(as_bytes(label));
  info.u8(0);
  info.u8(1);  // the number of the block
  assert(into.size() <= suite.hash_octets());
  std::array<std::uint8_t, TlsRecordCipher::Secret::kMost> block{};
  std::size_t size = 0;
  EVP_MAC_CTX* const mac = hmac(suite.hash);
  require(EVP_MAC_init(mac, secret.data(), secret.size(), nullptr) == 1 &&
          EVP_MAC_update(mac, info.view().data(), info.size()) == 1 &&
          EVP_MAC_final(mac, block.data(), &size, block.size()) == 1);
  std::copy_n(block.begin(), into.size(), into.begin());
  OPENSSL_cleanse(block.data(), block.size());
  // The thread's context lives on: not with this secret.
  constexpr std::array<std::uint8_t, TlsRecordCipher::Secret::kMost> kNone{};
  require(EVP_MAC_init(mac, kNone.data(), kNone.size(), nullptr) == 1);
}

EVP_CIPHER* fetched(const char* name) { return EVP_CIPHER_fetch(nullptr, name, nullptr); }

}  // namespace

const TlsSuite* TlsSuite::find(std::uint16_t number) {
  static const TlsSuite aes_128{fetched("AES-128-GCM"), 16, Hash::sha_256};
  static const TlsSuite aes_256{fetched("AES-256-GCM"), 32, Hash::sha_384};
  static const TlsSuite chacha20{fetched("ChaCha20-Poly1305"), 32, Hash::sha_256};
  const TlsSuite* found = nullptr;
  if (number == 0x1301) found = &aes_128;
  if (number == 0x1302) found = &aes_256;
  if (number == 0x1303) found = &chacha20;
  return found != nullptr && found->cipher != nullptr ? found : nullptr;
}

TlsRecordCipher::Secret::~Secret() { OPENSSL_cleanse(octets.data(), octets.size()); }

TlsRecordCipher::TlsRecordCipher(Direction direction, const TlsSuite& suite, const Secret& secret,
                                 std::uint64_t sequence)
    : direction_(direction),
      suite_(&suite),
      secret_(secret),
      context_(EVP_CIPHER_CTX_new()),
      sequence_(sequence) {
  require(context_ != nullptr);
  use_secret();
}

TlsRecordCipher::~TlsRecordCipher() { OPENSSL_cleanse(iv_.data(), iv_.size()); }

void TlsRecordCipher::use_secret() {
  std::array<std::uint8_t, 32> key{};
  const auto used = std::span(key).first(suite_->key_octets);
  expand_label(*suite_, secret_.view(), "key", used);
  expand_label(*suite_, secret_.view(), "iv", iv_);
  require(EVP_CipherInit_ex(context_.get(), suite_->cipher, nullptr, key.data(), nullptr,
                            direction_ == Direction::seal ? 1 : 0) == 1);
  OPENSSL_cleanse(key.data(), key.size());
}

void TlsRecordCipher::next_key() {
  Secret next;
  next.size = secret_.size;
  expand_label(*suite_, secret_.view(), "traffic upd", std::span(next.octets).first(next.size));
  secret_ = next;
  sequence_ = 0;
  use_secret();
}

// The nonce is the number of the record over the end of the IV; the header is authenticated.
void TlsRecordCipher::begin_record(ByteView header) {
  auto nonce = iv_;
  for (std::size_t i = 0; i < sizeof sequence_; ++i) {
    nonce[kNonce - 1 - i] ^= static_cast<std::uint8_t>(sequence_ >> (8 * i));
  }
  ++sequence_;
  int ignored = 0;
  require(EVP_CipherInit_ex(context_.get(), nullptr, nullptr, nullptr, nonce.data(), -1) == 1);
  require(EVP_CipherUpdate(context_.get(), nullptr, &ignored, header.data(),
                           static_cast<int>(header.size())) == 1);
}

void TlsRecordCipher::seal(TlsContent type, ByteView content, std::uint8_t* into) {
  assert(content.size() <= tls_record::kMostContent);
  const std::size_t body = content.size() + 1 + tls_record::kTag;
  into[0] = static_cast<std::uint8_t>(TlsContent::application_data);  // whatever is inside
  into[1] = 3;
  into[2] = 3;
  into[3] = static_cast<std::uint8_t>(body >> 8);
  into[4] = static_cast<std::uint8_t>(body & 0xff);
  begin_record({into, tls_record::kHeader});

  std::uint8_t* const sealed = into + tls_record::kHeader;
  const auto inner_type = static_cast<std::uint8_t>(type);
  int written = 0;
  bool done = EVP_CipherUpdate(context_.get(), sealed, &written, content.data(),
                               static_cast<int>(content.size())) == 1;
  done = done &&
         EVP_CipherUpdate(context_.get(), sealed + content.size(), &written, &inner_type, 1) == 1;
  done = done && EVP_CipherFinal_ex(context_.get(), sealed + content.size() + 1, &written) == 1;
  done = done && EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, tls_record::kTag,
                                     sealed + content.size() + 1) == 1;
  require(done);
}

std::optional<TlsRecordCipher::Opened> TlsRecordCipher::open(ByteView record,
                                                             std::span<std::uint8_t> into) {
  assert(record.size() >= tls_record::kHeader + tls_record::kTag);
  begin_record(record.first(tls_record::kHeader));
  const ByteView body = record.subspan(tls_record::kHeader);
  const ByteView sealed = body.first(body.size() - tls_record::kTag);
  auto tag = std::array<std::uint8_t, tls_record::kTag>{};
  std::copy_n(body.end() - tls_record::kTag, tls_record::kTag, tag.begin());
  assert(into.size() >= sealed.size());
  int written = 0;
  require(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, tls_record::kTag,
                              tag.data()) == 1);
  if (EVP_CipherUpdate(context_.get(), into.data(), &written, sealed.data(),
                       static_cast<int>(sealed.size())) != 1 ||
      EVP_CipherFinal_ex(context_.get(), into.data() + sealed.size(), &written) != 1) {
    return std::nullopt;
  }
  // Behind the content: its type, and zeros.
  std::size_t octets = sealed.size();
  while (octets > 0 && into[octets - 1] == 0) --octets;
  if (octets == 0) return Opened{};
  return Opened{static_cast<TlsContent>(into[octets - 1]), octets - 1};
}

}  // namespace fullcone
