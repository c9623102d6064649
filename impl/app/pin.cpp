#include "app/pin.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

#include "wire/base64.hpp"

namespace fullcone {

std::optional<Pin> parse_pin(const std::string& text) {
  Pin pin{};
  if (text.size() == 2 * pin.size()) {
    std::size_t length = 0;
    if (OPENSSL_hexstr2buf_ex(pin.data(), pin.size(), &length, text.c_str(), '\0') != 1 ||
        length != pin.size()) {
      return std::nullopt;
    }
    return pin;
  }
  constexpr std::string_view kCurls = "sha256//";
  const std::string_view encoded = text;
  const auto octets =
      decode_base64(encoded.starts_with(kCurls) ? encoded.substr(kCurls.size()) : encoded);
  if (!octets || octets->size() != pin.size()) return std::nullopt;
  std::ranges::copy(*octets, pin.begin());
  return pin;
}

std::string print_pin(const Pin& pin) {
  std::string text(4 * ((pin.size() + 2) / 3) + 1, '\0');  // EVP writes a terminator
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), pin.data(),
                  static_cast<int>(pin.size()));
  text.pop_back();
  return text;
}

}  // namespace fullcone
