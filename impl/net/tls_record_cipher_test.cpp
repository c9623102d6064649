// One direction's records: those that RFC 8448 shows octet by octet, and what must not be opened.
#include "net/tls_record_cipher.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <string_view>

namespace fullcone::testing {
namespace {

using Direction = TlsRecordCipher::Direction;
using Secret = TlsRecordCipher::Secret;

constexpr std::uint16_t kAes128 = 0x1301, kAes256 = 0x1302, kChacha20 = 0x1303;

Bytes from_hex(std::string_view hex) {
  Bytes octets;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    octets.push_back(static_cast<std::uint8_t>(std::stoul(std::string(hex.substr(i, 2)), {}, 16)));
  }
  return octets;
}

Secret secret_of(ByteView octets) {
  Secret secret;
  secret.size = octets.size();
  std::copy(octets.begin(), octets.end(), secret.octets.begin());
  return secret;
}

// RFC 8448 section 3: what client and server send once the handshake is done.
struct Shown {
  const char* secret;
  std::uint64_t sequence;
  const char* record;
};
constexpr Shown kClient{"9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5", 0,
                        "1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5"
                        "b46b395bd54a9a20441e2b"
                        "62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4"};
constexpr Shown kServer{"a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643",
                        1,  // behind a ticket
                        "17030300432e937e11ef4ac740e538ad36005fc4a46932fc3225d05f82aa1b36e30efaf97d"
                        "90e6dffc602dcb501a59a8"
                        "fcc49c4bf2e5f0a21c0047c2abf332540dd032e167c2955d"};

Bytes shown_content() {
  Bytes content(50);
  std::iota(content.begin(), content.end(), std::uint8_t{0});
  return content;
}

Bytes sealed(TlsRecordCipher& cipher, ByteView content,
             TlsContent type = TlsContent::application_data) {
  Bytes record(content.size() + tls_record::kOverhead);
  cipher.seal(type, content, record.data());
  return record;
}

TEST(TlsRecordCipher, SealsWhatRfc8448Shows) {
  for (const Shown& shown : {kClient, kServer}) {
    TlsRecordCipher cipher(Direction::seal, *TlsSuite::find(kAes128),
                           secret_of(from_hex(shown.secret)), shown.sequence);
    EXPECT_EQ(sealed(cipher, shown_content()), from_hex(shown.record));
    EXPECT_EQ(cipher.records(), shown.sequence + 1);
  }
}

TEST(TlsRecordCipher, OpensWhatRfc8448Shows) {
  for (const Shown& shown : {kClient, kServer}) {
    TlsRecordCipher cipher(Direction::open, *TlsSuite::find(kAes128),
                           secret_of(from_hex(shown.secret)), shown.sequence);
    Bytes content(100);
    const auto opened = cipher.open(from_hex(shown.record), content);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->type, TlsContent::application_data);
    content.resize(opened->octets);
    EXPECT_EQ(content, shown_content());
  }
}

struct TlsRecordCiphers : ::testing::TestWithParam<std::uint16_t> {
  const TlsSuite& suite = *TlsSuite::find(GetParam());
  Secret secret = secret_of(Bytes(suite.hash_octets(), 7));
  TlsRecordCipher sealer{Direction::seal, suite, secret, 0};
  TlsRecordCipher opener{Direction::open, suite, secret, 0};
  Bytes room = Bytes(tls_record::kMostBody);

  bool opens(ByteView record) { return opener.open(record, room).has_value(); }
};
INSTANTIATE_TEST_SUITE_P(OfEverySuite, TlsRecordCiphers,
                         ::testing::Values(kAes128, kAes256, kChacha20));

TEST_P(TlsRecordCiphers, WhatIsSealedIsOpenedUnderEachNewKey) {
  for (int key = 0; key < 3; ++key) {
    for (const std::size_t size : {0u, 1u, 1200u, 16384u}) {
      const Bytes content(size, static_cast<std::uint8_t>(size + 1));
      const auto opened = opener.open(sealed(sealer, content, TlsContent::handshake), room);
      ASSERT_TRUE(opened);
      EXPECT_EQ(opened->type, TlsContent::handshake);
      EXPECT_EQ(Bytes(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(opened->octets)),
                content);
    }
    sealer.next_key();
    opener.next_key();
    EXPECT_EQ(sealer.records(), 0u);
  }
}

TEST_P(TlsRecordCiphers, ChangedOctetsAreNotOpened) {
  const Bytes record = sealed(sealer, Bytes(20, 'x'));
  for (std::size_t i = 0; i < record.size(); ++i) {
    Bytes changed = record;
    changed[i] ^= 1;
    TlsRecordCipher fresh(Direction::open, suite, secret, 0);
    EXPECT_FALSE(fresh.open(changed, room)) << "octet " << i;
  }
  EXPECT_TRUE(opens(record));
}

TEST_P(TlsRecordCiphers, NorTwiceNorInAnotherOrderNorUnderAnotherKey) {
  const Bytes first = sealed(sealer, Bytes(20, 'x'));
  EXPECT_TRUE(opens(first));
  EXPECT_FALSE(opens(first));
  sealed(sealer, Bytes(20, 'x'));  // lost
  EXPECT_TRUE(opens(sealed(sealer, Bytes(1, 'x')))) << "the third on both sides";
  sealer.next_key();
  EXPECT_FALSE(opens(sealed(sealer, Bytes(20, 'x'))));
}

TEST(TlsSuite, OthersAreNotKnown) {
  EXPECT_EQ(TlsSuite::find(0x1304), nullptr);
  EXPECT_EQ(TlsSuite::find(0xc02f), nullptr);
}

}  // namespace
}  // namespace fullcone::testing
