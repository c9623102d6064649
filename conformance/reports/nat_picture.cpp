#include "conformance/reports/nat_picture.hpp"

#include <array>
#include <string_view>

namespace fullcone::conformance {
namespace {

// Who wants in, seen from an endpoint that has written to X:1 alone.
struct Source {
  std::string_view name;
  std::string_view who;
  Dependence strictest;  // the strictest filtering that still lets it in
};

constexpr std::array<Source, 3> kSources{{
    {"X:1", "written to", Dependence::address_and_port_dependent},
    {"X:2", "same address, another port", Dependence::address_dependent},
    {"Y:1", "a stranger", Dependence::endpoint_independent},
}};

std::string_view external_port_towards(std::size_t source, Dependence mapping) {
  const bool same_address = source < 2;
  switch (mapping) {
    case Dependence::endpoint_independent:
      return "port A";
    case Dependence::address_dependent:
      return same_address ? "port A" : "port B";
    case Dependence::address_and_port_dependent:
      return source == 0 ? "port A" : source == 1 ? "port B" : "port C";
  }
  return "?";
}

std::string text_at(int x, int y, std::string_view css_class, const std::string& text) {
  return "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" class=\"" +
         std::string(css_class) + "\">" + text + "</text>\n";
}

std::string box_at(int x, int y, int width, int height, std::string_view css_class) {
  return "<rect x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" width=\"" +
         std::to_string(width) + "\" height=\"" + std::to_string(height) + "\" rx=\"4\" class=\"" +
         std::string(css_class) + "\"/>\n";
}

std::string arrow(int x1, int x2, int y, std::string_view css_class) {
  const int back = x1 < x2 ? -8 : 8;
  const std::string tip_x = std::to_string(x2), base_x = std::to_string(x2 + back);
  return "<path class=\"" + std::string(css_class) + "\" d=\"M" + std::to_string(x1) + ' ' +
         std::to_string(y) + 'H' + tip_x + 'M' + base_x + ' ' + std::to_string(y - 4) + 'L' +
         tip_x + ' ' + std::to_string(y) + 'L' + base_x + ' ' + std::to_string(y + 4) + "\"/>\n";
}

// One destination: the port that it sees, and whether its own datagram gets in.
std::string row_of(std::size_t i, const NatType& type) {
  const Source& source = kSources[i];
  const int y = 52 + static_cast<int>(i) * 62;
  const bool let_in = type.filtering <= source.strictest;
  std::string svg = box_at(500, y - 20, 210, 44, "node");
  svg += text_at(605, y - 2, "party", std::string(source.name));
  svg += text_at(605, y + 15, "address", std::string(source.who));
  svg += box_at(262, y - 20, 76, 44, "port");
  svg += text_at(300, y + 6, "party", std::string(external_port_towards(i, type.mapping)));
  svg += arrow(338, 498, y - 8, "out");
  if (let_in) {
    svg += arrow(498, 340, y + 10, "in");
  } else {
    svg += arrow(498, 400, y + 10, "barred");
    svg += text_at(388, y + 15, "cross", "✕");
  }
  return svg;
}

}  // namespace

std::string nat_name(const NatType& type) {
  const bool one_port = type.mapping == Dependence::endpoint_independent;
  if (one_port && type.filtering == Dependence::endpoint_independent) return "full cone";
  if (one_port && type.filtering == Dependence::address_dependent) return "restricted cone";
  if (one_port) return "port-restricted cone";
  if (type.mapping == Dependence::address_and_port_dependent &&
      type.filtering == Dependence::address_and_port_dependent) {
    return "symmetric";
  }
  return std::string(to_string(type.mapping)) + " mapping, " +
         std::string(to_string(type.filtering)) + " filtering";
}

std::string nat_picture(const NatType& type) {
  std::string svg =
      "<svg class=\"nat\" role=\"img\" width=\"720\" height=\"212\" viewBox=\"0 0 720 212\" "
      "aria-label=\"NAT type: " +
      nat_name(type) + "\">\n";
  svg += box_at(4, 82, 120, 64, "node") + text_at(64, 112, "party", "endpoint") +
         text_at(64, 129, "address", "inside") + arrow(124, 218, 114, "out") +
         arrow(218, 126, 124, "in");
  svg += box_at(220, 8, 140, 196, "node") + text_at(290, 24, "address", "subject");
  for (std::size_t i = 0; i < kSources.size(); ++i) svg += row_of(i, type);
  return svg + "</svg>\n";
}

}  // namespace fullcone::conformance
