#include "simulator/reference_socks.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

namespace fullcone::sim {
namespace {

// Takes octets off the front of a message; once one is not there, none is.
class Front {
 public:
  explicit Front(ByteView octets) : rest_(octets), size_(octets.size()) {}

  std::uint8_t u8() {
    const ByteView one = take(1);
    return one.empty() ? std::uint8_t{0} : one[0];
  }
  std::uint16_t u16() {
    const unsigned high = u8();
    return static_cast<std::uint16_t>(high << 8 | u8());
  }
  ByteView take(std::size_t count) {
    if (count > rest_.size()) {
      good_ = false;
      rest_ = {};
      return {};
    }
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  bool good() const { return good_; }
  ByteView rest() const { return rest_; }
  std::size_t taken() const { return size_ - rest_.size(); }

 private:
  ByteView rest_;
  std::size_t size_;
  bool good_ = true;
};

// atyp 1, address, port 2; nullopt also for a type or a name that may not be.
std::optional<Destination> read_address(Front& front) {
  const std::uint8_t atyp = front.u8();
  const std::size_t length = atyp == 1 ? 4 : atyp == 4 ? 16 : atyp == 3 ? front.u8() : 0;
  const ByteView address = front.take(length);
  const std::uint16_t port = front.u16();
  if (!front.good() || address.empty()) return std::nullopt;
  if (atyp == 3) return NamedEndpoint{std::string(as_text(address)), port};
  return Endpoint{*IpAddress::from_octets(address), port};
}

bool is_known(std::string_view user, std::string_view password,
              std::span<const socks5::Credentials> known) {
  return std::ranges::any_of(known, [&](const socks5::Credentials& pair) {
    return pair.user == user && pair.password == password;
  });
}

}  // namespace

std::optional<AskedOfSocks> read_handshake(ByteView octets,
                                           std::span<const socks5::Credentials> known) {
  AskedOfSocks asked;
  Front front(octets);
  if (front.u8() != 5) return std::nullopt;
  const ByteView methods = front.take(front.u8());
  const bool offers = std::ranges::find(methods, std::uint8_t{2}) != methods.end();
  if (!known.empty() && offers) {
    if (front.u8() != 1) return std::nullopt;
    const auto user = as_text(front.take(front.u8()));
    const auto password = as_text(front.take(front.u8()));
    asked.has_credentials = is_known(user, password, known);
  }
  if (front.u8() != 5) return std::nullopt;
  asked.command = front.u8();
  front.u8();
  asked.destination = read_address(front);
  if (!asked.destination) return std::nullopt;
  asked.octets = front.taken();
  return asked;
}

std::optional<SocksDatagram> read_socks_datagram(ByteView datagram) {
  Front front(datagram);
  front.u16();
  const std::uint8_t fragment = front.u8();
  auto destination = read_address(front);
  if (!destination) return std::nullopt;
  return SocksDatagram{fragment, std::move(*destination), front.rest()};
}

Bytes socks_datagram_of(const Destination& source, ByteView payload) {
  Bytes octets{0, 0, 0};
  if (const auto* const name = std::get_if<NamedEndpoint>(&source)) {
    octets.push_back(3);
    octets.push_back(static_cast<std::uint8_t>(name->host.size()));
    append(octets, as_bytes(name->host));
  } else {
    const IpAddress& ip = std::get<Endpoint>(source).ip;
    octets.push_back(ip.family() == Family::ipv4 ? 1 : 4);
    append(octets, ip.octets());
  }
  const std::uint16_t port = std::visit([](const auto& named) { return named.port; }, source);
  octets.push_back(static_cast<std::uint8_t>(port >> 8));
  octets.push_back(static_cast<std::uint8_t>(port & 0xff));
  append(octets, payload);
  return octets;
}

}  // namespace fullcone::sim
