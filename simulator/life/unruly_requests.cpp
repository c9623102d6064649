#include "simulator/life/unruly_requests.hpp"

namespace fullcone::sim {

// ----- octets and words

Writer& Writer::add(ByteView octets) {
  if (octets.empty()) return *this;
  const bool goes_on = !pieces_.empty() && pieces_.back().piece.kind == Piece::octets;
  if (!goes_on) pieces_.push_back({{.kind = Piece::octets}, 0});
  append(pieces_.back().piece.octets, octets);
  pieces_.back().size += octets.size();
  size_ += octets.size();
  return *this;
}

Writer& Writer::add(Piece kind, std::uint32_t number, std::size_t size) {
  if (size != 0) pieces_.push_back({{.kind = kind, .number = number}, size});
  size_ += size;
  return *this;
}

Writer& Writer::add(const Writer& other) {
  for (const Sized& each : other.pieces_) {
    if (each.piece.kind == Piece::octets) {
      add(each.piece.octets);
    } else {
      pieces_.push_back(each);
      size_ += each.size;
    }
  }
  return *this;
}

void Writer::cut(std::size_t size) {
  while (size_ > size) {
    Sized& last = pieces_.back();
    const std::size_t rest = last.size - std::min(last.size, size_ - size);
    size_ -= last.size - rest;
    last.size = rest;
    if (last.piece.kind == Piece::octets) {
      last.piece.octets.resize(rest);
    } else {
      last.piece.most = rest;
    }
    if (rest == 0) pieces_.pop_back();
  }
}

WrittenOctets Writer::written() const {
  WrittenOctets all;
  for (const Sized& each : pieces_) all.push_back(each.piece);
  return all;
}

// ----- requests

namespace {

constexpr std::uint8_t kSession = 1;
constexpr std::uint8_t kMapping = 2;
constexpr std::uint8_t kNobodys = 0x7f;  // a type that is skipped

void add_tlv(Bytes& addons, std::uint8_t type, std::size_t length, std::uint8_t last) {
  addons.push_back(type);
  addons.push_back(static_cast<std::uint8_t>(length));
  addons.insert(addons.end(), length, 0);
  if (length != 0) addons.back() = last;
}

Bytes addons_of(const RequestPlan& plan, Random& random) {
  Bytes addons;
  if (random.chance(0.1)) add_tlv(addons, kNobodys, random.below(20), 1);
  if (plan.session != 0 && random.chance(0.1))
    add_tlv(addons, kSession, 16, 0x33);  // the last counts
  if (plan.session != 0) add_tlv(addons, kSession, 16, plan.session);
  if (plan.mapping != 0) add_tlv(addons, kMapping, 1, plan.mapping);
  if (plan.command != 4 && random.chance(0.1)) add_tlv(addons, kMapping, 1, 7);  // not looked at
  return addons;
}

Writer up_to_command(const RequestPlan& plan, const Bytes& addons) {
  constexpr std::size_t kUuid = 16;
  Writer octets;
  octets.add({plan.version});
  octets.add(Piece::user, plan.user, kUuid);
  octets.add({static_cast<std::uint8_t>(addons.size())}).add(addons).add({plan.command});
  return octets;
}

Writer assembled(const RequestPlan& plan, const Bytes& addons) {
  Writer octets = up_to_command(plan, addons);
  if (plan.command <= 2) octets.add(plan.destination);
  return octets;
}

}  // namespace

Writer lawful_request(const RequestPlan& plan, Random& random) {
  return assembled(plan, addons_of(plan, random));
}

Writer odd_request(const RequestPlan& plan, Random& random) {
  RequestPlan odd = plan;
  Bytes addons = addons_of(plan, random);
  switch (random.below(8)) {
    case 0:
      odd.version = static_cast<std::uint8_t>(random.between(2, 255));
      break;
    case 1:
      addons.push_back(kNobodys);  // a lone type
      break;
    case 2:
      addons.insert(addons.end(), {kNobodys, 1});  // overruns by one
      break;
    case 3:
      add_tlv(addons, kSession, random.chance(0.5) ? 15 : 17, 1);
      break;
    case 4:
      add_tlv(addons, kMapping, 1, 2);  // refused on CRUMFURS alone
      break;
    case 5:
      odd.version = 0;
      odd.command = static_cast<std::uint8_t>(random.between(3, 5));
      break;
    case 6:
      odd.command = random.chance(0.5) ? 0 : 5;
      break;
    default: {  // a name of no length, or no such type
      odd.command = static_cast<std::uint8_t>(random.between(1, 2));
      const auto type = static_cast<std::uint8_t>(random.chance(0.5) ? 2 : 4);
      return up_to_command(odd, addons).add({0, 80, type, 0, 0, 0, 0});
    }
  }
  return assembled(odd, addons);
}

}  // namespace fullcone::sim
