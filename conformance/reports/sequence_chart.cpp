#include "conformance/reports/sequence_chart.hpp"

#include <algorithm>

#include "conformance/reports/escaping.hpp"

namespace fullcone::conformance {
namespace {

// Pixels.
constexpr int kTime = 90;  // the column of times
constexpr int kColumn = 190;
constexpr int kHead = 46;
constexpr int kRow = 34;
constexpr int kCharacter = 7;

constexpr std::string_view kSubject = "subject";

std::string attribute(std::string_view name, int value) {
  return ' ' + std::string(name) + "=\"" + std::to_string(value) + '"';
}

std::string text_at(int x, int y, std::string_view css_class, std::string_view text) {
  return "<text" + attribute("x", x) + attribute("y", y) + " class=\"" + std::string(css_class) +
         "\">" + xml_escaped(text) + "</text>\n";
}

std::string line_from(int x1, int y1, int x2, int y2, std::string_view css_class) {
  return "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
         attribute("y2", y2) + " class=\"" + std::string(css_class) + "\"/>\n";
}

// As much of `text` as fits, in ASCII characters; a longer one is whole in the journal's table.
std::string shortened(std::string_view text, int pixels) {
  const auto room = static_cast<std::size_t>(std::max(pixels / kCharacter, 8));
  return text.size() <= room ? std::string(text) : std::string(text.substr(0, room - 1)) + "…";
}

// Peers and targets are what lies beyond the subject; channels and apps are on this side of it.
bool is_beyond(std::string_view party) {
  return party.starts_with("peer") || party.starts_with("target");
}

// From left to right: this side's parties, the subject, those beyond.
std::vector<std::string> lifelines_of(const std::vector<JournalEntry>& journal) {
  std::vector<std::string> near, far;
  for (const auto& entry : journal) {
    if (entry.kind == JournalEntry::Kind::remark) continue;
    auto& side = is_beyond(entry.party) ? far : near;
    if (std::ranges::find(side, entry.party) == side.end()) side.push_back(entry.party);
  }
  if (near.empty() && far.empty()) return {};
  near.emplace_back(kSubject);
  near.insert(near.end(), far.begin(), far.end());
  return near;
}

class Chart {
 public:
  Chart(const std::vector<JournalEntry>& journal, std::vector<std::string> lifelines)
      : journal_(journal), lifelines_(std::move(lifelines)) {}

  std::string drawn(std::string_view title) const {
    const std::string size = std::to_string(width()) + ' ' + std::to_string(height());
    std::string svg = "<svg class=\"chart\" role=\"img\"" + attribute("width", width()) +
                      attribute("height", height()) + " viewBox=\"0 0 " + size +
                      "\" aria-label=\"" + xml_escaped(title) + "\">\n";
    for (const auto& name : lifelines_) svg += lifeline(name);
    for (std::size_t i = 0; i < journal_.size(); ++i) svg += row(journal_[i], y_of(i));
    return svg + "</svg>\n";
  }

 private:
  int width() const { return kTime + kColumn * static_cast<int>(lifelines_.size()); }
  int height() const { return y_of(journal_.size()); }
  static int y_of(std::size_t row) { return kHead + kRow * (static_cast<int>(row) + 1); }
  int x_of(std::string_view name) const {
    const auto place = std::ranges::find(lifelines_, name) - lifelines_.begin();
    return kTime + kColumn * static_cast<int>(place) + kColumn / 2;
  }

  // "peer 1 (127.0.0.1:53)" is written on two lines.
  std::string lifeline(const std::string& name) const {
    const int x = x_of(name);
    const auto cut = std::min(name.find(" ("), name.size());
    std::string svg = line_from(x, kHead, x, height(), name == kSubject ? "life subject" : "life");
    svg += text_at(x, 16, "party", name.substr(0, cut));
    if (cut < name.size())
      svg += text_at(x, 32, "address", shortened(name.substr(cut + 1), kColumn));
    return svg;
  }

  std::string row(const JournalEntry& entry, int y) const {
    std::string svg = text_at(kTime - 10, y, "time", milliseconds(entry.at));
    if (entry.kind == JournalEntry::Kind::remark) {
      return svg + text_at(kTime + 10, y, "remark", shortened(entry.what, width() - kTime - 20));
    }
    const int party = x_of(entry.party), subject = x_of(kSubject);
    const bool sent = entry.kind == JournalEntry::Kind::sent;
    const int from = sent ? party : subject, to = sent ? subject : party;
    return svg + line_from(from, y, to, y, "arrow") + tip(to, y, from < to ? -1 : 1) +
           text_at(std::min(from, to) + 8, y - 6, "label",
                   shortened(entry.what, width() - std::min(from, to) - 8));
  }

  // `back`: the direction that the arrow comes from.
  static std::string tip(int x, int y, int back) {
    const auto point = [](int px, int py) { return std::to_string(px) + ',' + std::to_string(py); };
    return "<polygon class=\"tip\" points=\"" + point(x, y) + ' ' + point(x + 8 * back, y - 4) +
           ' ' + point(x + 8 * back, y + 4) + "\"/>\n";
  }

  const std::vector<JournalEntry>& journal_;
  std::vector<std::string> lifelines_;
};

}  // namespace

std::string sequence_chart(const std::vector<JournalEntry>& journal, std::string_view title) {
  auto lifelines = lifelines_of(journal);
  if (lifelines.empty()) return {};
  return Chart(journal, std::move(lifelines)).drawn(title);
}

}  // namespace fullcone::conformance
