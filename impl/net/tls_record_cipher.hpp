// One direction of a TLS 1.3 connection: seals its records, or opens them, one after another with
// ever new nonces (RFC 8446 sections 5.2 and 5.3), and goes on to the next key (section 7.2). It
// knows nothing of sockets, and nothing of what the records say.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "net/openssl_handles.hpp"

namespace fullcone {

// What a record has in it.
enum class TlsContent : std::uint8_t { alert = 21, handshake = 22, application_data = 23 };

namespace tls_record {

inline constexpr std::size_t kHeader = 5;
inline constexpr std::size_t kTag = 16;
inline constexpr std::size_t kMostContent = 16384;
// Behind the header: content, type, padding and tag.
inline constexpr std::size_t kMostBody = kMostContent + 256;
inline constexpr std::size_t kOverhead = kHeader + 1 + kTag;

}  // namespace tls_record

// A cipher suite of TLS 1.3: what protects its records, and the hash that its keys are made with.
struct TlsSuite {
  const EVP_CIPHER* cipher;
  std::size_t key_octets;
  enum class Hash : std::uint8_t { sha_256, sha_384 } hash;

  std::size_t hash_octets() const { return hash == Hash::sha_256 ? 32 : 48; }

  // By its number (RFC 8446 appendix B.4); null: none that is known here.
  static const TlsSuite* find(std::uint16_t number);
};

class TlsRecordCipher {
 public:
  enum class Direction : std::uint8_t { seal, open };
  // A traffic secret, as long as the suite's hash.
  class Secret {
   public:
    Secret() = default;
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    ~Secret();
    static constexpr std::size_t kMost = 48;
    std::array<std::uint8_t, kMost> octets{};
    std::size_t size = 0;
    ByteView view() const { return ByteView(octets).first(size); }
  };
  struct Opened {
    TlsContent type{};
    std::size_t octets = 0;  // of the content, at the front of what it was opened into
  };

  // `sequence`: how many records this key has protected already. Throws std::bad_alloc.
  TlsRecordCipher(Direction direction, const TlsSuite& suite, const Secret& secret,
                  std::uint64_t sequence);
  ~TlsRecordCipher();
  TlsRecordCipher(const TlsRecordCipher&) = delete;
  TlsRecordCipher& operator=(const TlsRecordCipher&) = delete;

  // Since the last new key.
  std::uint64_t records() const { return sequence_; }

  // Writes content.size() + kOverhead octets from `into` on. Precondition: no more content than
  // kMostContent, and not within them.
  void seal(TlsContent type, ByteView content, std::uint8_t* into);
  // `record` with its header, kTag octets behind it at least; `into` has room for what is between.
  // Null: it is not what the far end sealed (bad_record_mac). One that has no type has none of
  // TlsContent.
  std::optional<Opened> open(ByteView record, std::span<std::uint8_t> into);
  // After a KeyUpdate.
  void next_key();

 private:
  using ContextPtr = std::unique_ptr<EVP_CIPHER_CTX, OpensslFree<EVP_CIPHER_CTX_free>>;
  static constexpr std::size_t kNonce = 12;

  void use_secret();
  void begin_record(ByteView header);

  Direction direction_;
  const TlsSuite* suite_;
  Secret secret_;
  ContextPtr context_;
  std::array<std::uint8_t, kNonce> iv_{};
  std::uint64_t sequence_;
};

}  // namespace fullcone
