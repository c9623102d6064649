#include "conformance/reports/nat_picture.hpp"

#include <array>
#include <string_view>

namespace fullcone::conformance {
namespace {

// Who an endpoint behind the subject may have to do with.
struct Source {
  std::string_view name;
  std::string_view who;
  Dependence strictest;  // the strictest filtering that still lets it in
};

constexpr std::array<Source, 3> kSources{{
    {"X:1", "was written to", Dependence::address_and_port_dependent},
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

std::string path(std::string_view css_class, const std::string& d) {
  return "<path class=\"" + std::string(css_class) + "\" d=\"" + d + "\"/>\n";
}

std::string point(int x, int y) { return std::to_string(x) + ' ' + std::to_string(y); }

// A level one.
std::string arrow(int x1, int x2, int y, std::string_view css_class) {
  const int back = x1 < x2 ? -8 : 8;
  return path(css_class, 'M' + point(x1, y) + 'L' + point(x2, y) + 'M' + point(x2 + back, y - 4) +
                             'L' + point(x2, y) + 'L' + point(x2 + back, y + 4));
}

int row_at(std::size_t i) { return 66 + static_cast<int>(i) * 56; }

// The endpoint has written to all three: the port that each of them sees.
std::string mapping_panel(Dependence mapping) {
  std::string svg = text_at(190, 20, "party", "mapping: the port that each one sees") +
                    box_at(4, row_at(1) - 22, 84, 44, "node") +
                    text_at(46, row_at(1) + 4, "party", "endpoint");
  for (std::size_t i = 0; i < kSources.size(); ++i) {
    const int y = row_at(i);
    svg += path("out", 'M' + point(88, row_at(1)) + 'L' + point(150, y)) +
           box_at(150, y - 22, 76, 44, "port") +
           text_at(188, y + 4, "party", std::string(external_port_towards(i, mapping))) +
           arrow(226, 298, y, "out") + box_at(300, y - 22, 76, 44, "node") +
           text_at(338, y + 4, "party", std::string(kSources[i].name));
  }
  return svg;
}

// The endpoint has written to X:1 alone: who else gets in by the port that it took.
std::string filtering_panel(Dependence filtering) {
  std::string svg = text_at(645, 20, "party", "filtering: who may answer to it") +
                    box_at(440, row_at(0) - 22, 76, row_at(2) - row_at(0) + 44, "port") +
                    text_at(478, row_at(1) + 4, "party", "port A");
  for (std::size_t i = 0; i < kSources.size(); ++i) {
    const int y = row_at(i);
    svg += box_at(640, y - 22, 210, 44, "node") +
           text_at(745, y - 3, "party", std::string(kSources[i].name)) +
           text_at(745, y + 14, "address", std::string(kSources[i].who));
    if (filtering <= kSources[i].strictest) {
      svg += arrow(638, 518, y, "in");
    } else {
      svg += arrow(638, 560, y, "barred") + text_at(542, y + 5, "cross", "✕");
    }
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
  return "<svg class=\"nat\" role=\"img\" width=\"854\" height=\"206\" viewBox=\"0 0 854 206\" "
         "aria-label=\"NAT type: " +
         nat_name(type) + "\">\n" + mapping_panel(type.mapping) + filtering_panel(type.filtering) +
         "</svg>\n";
}

}  // namespace fullcone::conformance
