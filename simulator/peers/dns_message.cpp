#include "simulator/peers/dns_message.hpp"

#include <cassert>

namespace fullcone::sim::dns {
namespace {

constexpr std::uint16_t kIsResponse = 0x8000;
constexpr std::uint16_t kRecursionDesired = 0x0100;
constexpr std::uint16_t kInternet = 1;
constexpr std::uint16_t kPointerToQuestion = 0xc00c;  // its name begins at octet 12

std::uint16_t record_type(Family family) { return family == Family::ipv4 ? 1 : 28; }

void put16(Bytes& to, std::size_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value & 0xff));
}

void put_name(Bytes& to, const std::string& name) {
  for (std::size_t begin = 0; begin < name.size();) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    assert(end > begin && end - begin < 64);
    to.push_back(static_cast<std::uint8_t>(end - begin));
    append(to, as_bytes(std::string_view(name).substr(begin, end - begin)));
    begin = end + 1;
  }
  to.push_back(0);
}

std::optional<std::string> read_name(ByteReader& reader) {
  std::string name;
  for (;;) {
    const auto size = reader.u8();
    if (!size || *size > 63) return std::nullopt;
    if (*size == 0) return name;
    const auto label = reader.take(*size);
    if (!label) return std::nullopt;
    if (!name.empty()) name += '.';
    name += as_text(*label);
  }
}

struct Head {
  std::uint16_t flags = 0;
  std::uint16_t answers = 0;
  Question question;
};

void put_head(Bytes& to, std::uint16_t flags, std::size_t answers, const Question& question) {
  put16(to, question.id);
  put16(to, flags);
  for (const std::size_t count : {std::size_t{1}, answers, std::size_t{0}, std::size_t{0}}) {
    put16(to, count);
  }
  put_name(to, question.name);
  put16(to, record_type(question.family));
  put16(to, kInternet);
}

std::optional<Head> read_head(ByteReader& reader) {
  Head head;
  const auto id = reader.u16();
  const auto flags = reader.u16();
  const auto questions = reader.u16();
  const auto answers = reader.u16();
  if (!reader.u32() || questions != 1) return std::nullopt;
  auto name = read_name(reader);
  const auto type = reader.u16();
  if (!name || !type || reader.u16() != kInternet) return std::nullopt;
  if (type != record_type(Family::ipv4) && type != record_type(Family::ipv6)) return std::nullopt;
  head.flags = *flags;
  head.answers = *answers;
  head.question = {*id, std::move(*name), *type == 1 ? Family::ipv4 : Family::ipv6};
  return head;
}

}  // namespace

Bytes encode(const Question& question) {
  Bytes octets;
  put_head(octets, kRecursionDesired, 0, question);
  return octets;
}

Bytes encode(const Question& question, const Answer& answer) {
  constexpr std::uint16_t kRecursionAvailable = 0x0080;
  Bytes octets;
  const int flags =
      kIsResponse | kRecursionDesired | kRecursionAvailable | static_cast<int>(answer.code);
  put_head(octets, static_cast<std::uint16_t>(flags), answer.addresses.size(), question);
  for (const IpAddress& address : answer.addresses) {
    put16(octets, kPointerToQuestion);
    put16(octets, record_type(question.family));
    put16(octets, kInternet);
    append(octets, Bytes{0, 0, 0, 30});  // seconds to live
    put16(octets, address.octets().size());
    append(octets, address.octets());
  }
  return octets;
}

std::optional<Question> parse_question(ByteView octets) {
  ByteReader reader(octets);
  auto head = read_head(reader);
  if (!head || (head->flags & kIsResponse) != 0 || reader.remaining() != 0) return std::nullopt;
  return std::move(head->question);
}

std::optional<Answer> parse_answer(ByteView octets) {
  ByteReader reader(octets);
  const auto head = read_head(reader);
  if (!head || (head->flags & kIsResponse) == 0) return std::nullopt;
  Answer answer{head->question.id, Code{static_cast<std::uint8_t>(head->flags & 0xf)}, {}};
  for (unsigned i = 0; i < head->answers; ++i) {
    const bool ours = reader.u16() == kPointerToQuestion &&
                      reader.u16() == record_type(head->question.family) &&
                      reader.u16() == kInternet && reader.u32();
    const auto size = ours ? reader.u16() : std::nullopt;
    const auto value = size ? reader.take(*size) : std::nullopt;
    const auto address = value ? IpAddress::from_octets(*value) : std::nullopt;
    if (!address) return std::nullopt;
    answer.addresses.push_back(*address);
  }
  return answer;
}

}  // namespace fullcone::sim::dns
