#include "conformance/reports/badge_report.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "conformance/reports/whole_file.hpp"

namespace fullcone::conformance {
namespace {

constexpr std::string_view kLabel = "UDP conformance";
constexpr int kUnended = -1;  // no exit code yet

struct Message {
  std::string text;
  std::string_view colour;  // white on it is readable: 4.5 to 1 or better
};

Message message_of(const Tally& tally, const Outcome& outcome) {
  constexpr std::string_view kGreen = "#1a7f37", kRed = "#cf222e", kGrey = "#57606a";
  if (tally.failures() != 0) {
    return {std::to_string(tally.failures()) + " of " + std::to_string(tally.cases()) + " failed",
            kRed};
  }
  if (outcome.exit_code == kUnended) return {"unfinished", kGrey};
  if (outcome.exit_code == 3) return {"subject gone", kRed};
  if (outcome.exit_code != 0) return {"inconclusive", kGrey};
  return {std::to_string(tally.of(Verdict::pass)) + " passed", kGreen};
}

// Wide enough in the fonts that browsers have at hand; textLength makes it fit exactly.
std::size_t width_of(std::string_view text) { return text.size() * 7; }

std::string text_at(std::size_t x, std::string_view text) {
  return "<text x=\"" + std::to_string(x) + "\" y=\"14\" textLength=\"" +
         std::to_string(width_of(text)) + "\">" + std::string(text) + "</text>\n";
}

std::string badge_of(const Message& message) {
  const std::size_t left = width_of(kLabel) + 16, right = width_of(message.text) + 16;
  const std::string width = std::to_string(left + right);
  const std::string title = std::string(kLabel) + ": " + message.text;
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + width +
         "\" height=\"20\" role=\"img\" aria-label=\"" + title + "\">\n<title>" + title +
         "</title>\n<rect width=\"" + width + "\" height=\"20\" rx=\"3\" fill=\"#24292f\"/>\n" +
         "<path d=\"M" + std::to_string(left) + " 0h" + std::to_string(right - 3) +
         "a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-" + std::to_string(right - 3) + "z\" fill=\"" +
         std::string(message.colour) +
         "\"/>\n<g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" "
         "font-size=\"11\">\n" +
         text_at(8, kLabel) + text_at(left + 8, message.text) + "</g>\n</svg>\n";
}

}  // namespace

BadgeReport::BadgeReport(std::filesystem::path file) : file_(std::move(file)) {
  write({.exit_code = kUnended});
}

void BadgeReport::add(const CaseResult& result) {
  tally_.add(result);
  if (result.is_failure()) write({.exit_code = kUnended});
}

void BadgeReport::end(const std::vector<CaseResult>&, const Outcome& outcome) { write(outcome); }

void BadgeReport::write(const Outcome& outcome) const {
  write_whole(file_, badge_of(message_of(tally_, outcome)));
}

}  // namespace fullcone::conformance
