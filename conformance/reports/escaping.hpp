// Text in the tongue of each report. What a subject sends ends up in evidence, so all of it is
// hostile: nothing may end a string, an element or a line, hide itself, or move a cursor.
#pragma once

#include <string>
#include <string_view>

namespace fullcone::conformance {

// Valid UTF-8 of what can be seen: control characters but newline and tab, what changes the
// direction of writing, what XML 1.0 cannot hold, and what is no UTF-8 become U+FFFD.
std::string visible(std::string_view text);

// For XML and HTML, attribute values and text.
std::string xml_escaped(std::string_view text);
// A string with its quotes; good for YAML too.
std::string json_quoted(std::string_view text);
// For the running text or a table's cell of GitHub's Markdown: no markup, no link, no mention, and
// one line.
std::string markdown_escaped(std::string_view text);
// For a test point's description or directive: one line, and no directive of its own.
std::string tap_escaped(std::string_view text);

}  // namespace fullcone::conformance
