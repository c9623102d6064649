#include "simulator/life/written_octets.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "simulator/life/quantities.hpp"

namespace fullcone::sim {
namespace {

// In the order of Piece; no word is the beginning of another.
constexpr std::array<std::string_view, 7> kWords = {
    "", "user", "vless-peer", "vless-target", "socks-peer", "socks-target", "fill"};

std::string hex_of(const Bytes& octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t octet : octets) {
    text += kDigits[octet >> 4];
    text += kDigits[octet & 15];
  }
  return text;
}

std::optional<Bytes> octets_of(std::string_view hex) {
  if (hex.empty() || hex.size() % 2 != 0) return std::nullopt;
  Bytes octets;
  for (; !hex.empty(); hex.remove_prefix(2)) {
    std::uint8_t octet = 0;
    const auto [stop, error] = std::from_chars(hex.data(), hex.data() + 2, octet, 16);
    if (error != std::errc{} || stop != hex.data() + 2) return std::nullopt;
    octets.push_back(octet);
  }
  return octets;
}

std::optional<std::uint32_t> number_of(std::string_view text, std::uint32_t most) {
  const auto number = parse_count(text);
  if (!number || *number > most) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::optional<WrittenPiece> parse_piece(std::string_view text) {
  for (std::size_t i = 1; i < kWords.size(); ++i) {
    if (!text.starts_with(kWords[i])) continue;
    WrittenPiece piece{.kind = static_cast<Piece>(i)};
    const auto colon = std::min(text.find(':'), text.size());
    const auto number =
        number_of(text.substr(kWords[i].size(), colon - kWords[i].size()), kMostFill);
    if (!number) return std::nullopt;
    piece.number = *number;
    if (colon != text.size()) {
      const auto most = number_of(text.substr(colon + 1), kMostFill);
      if (!most) return std::nullopt;
      piece.most = *most;
    }
    return piece;
  }
  auto octets = octets_of(text);
  if (!octets) return std::nullopt;
  return WrittenPiece{.kind = Piece::octets, .octets = std::move(*octets)};
}

}  // namespace

std::string print_octets_written(const WrittenOctets& written) {
  std::string text;
  for (const WrittenPiece& piece : written) {
    if (!text.empty()) text += '.';
    if (piece.kind == Piece::octets) {
      text += hex_of(piece.octets);
      continue;
    }
    text +=
        std::string(kWords[static_cast<std::size_t>(piece.kind)]) + std::to_string(piece.number);
    if (piece.most != SIZE_MAX) text += ':' + std::to_string(piece.most);
  }
  return text;
}

std::optional<WrittenOctets> parse_octets_written(std::string_view text) {
  WrittenOctets written;
  while (true) {
    const auto dot = std::min(text.find('.'), text.size());
    auto piece = parse_piece(text.substr(0, dot));
    if (!piece) return std::nullopt;
    written.push_back(std::move(*piece));
    if (dot == text.size()) return written;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace fullcone::sim
