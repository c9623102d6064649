// What a parser of untrusted bytes returns: a value with the number of octets it took, a wish for
// more octets, or the reason why no continuation can make the input valid. Parsers never throw.
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>

namespace fullcone {

struct NeedMore {
  bool operator==(const NeedMore&) const = default;
};

struct Malformed {
  std::string_view why;    // static text, fit for a log line
  std::size_t offset = 0;  // octets from the start of the message to the first bad field
  bool operator==(const Malformed&) const = default;
};

template <class Value>
struct Parsed {
  Value value;
  std::size_t consumed = 0;  // octets of input that the value took
};

// One of the three outcomes; exactly one of parsed(), needs_more() and malformed() holds.
template <class Value>
class ParseResult {
 public:
  ParseResult(NeedMore) : outcome_(NeedMore{}) {}
  ParseResult(Malformed fault) : outcome_(fault) {}
  template <class From = Value>
    requires std::constructible_from<Value, From>
  ParseResult(From&& value, std::size_t consumed)
      : outcome_(std::in_place_type<Parsed<Value>>, std::forward<From>(value), consumed) {}

  bool parsed() const { return std::holds_alternative<Parsed<Value>>(outcome_); }
  bool needs_more() const { return std::holds_alternative<NeedMore>(outcome_); }
  const Malformed* malformed() const { return std::get_if<Malformed>(&outcome_); }

  // Precondition for the next three: parsed().
  Value& value() { return std::get<Parsed<Value>>(outcome_).value; }
  const Value& value() const { return std::get<Parsed<Value>>(outcome_).value; }
  std::size_t consumed() const { return std::get<Parsed<Value>>(outcome_).consumed; }

 private:
  std::variant<NeedMore, Malformed, Parsed<Value>> outcome_;
};

}  // namespace fullcone
