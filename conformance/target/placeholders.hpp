// What stands in a target's texts for values that are made anew for each run: {folder}, {here},
// {certificate}, {key}, {ca}, {port:NAME}, {uuid:NAME}.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace fullcone::conformance {

class Placeholders {
 public:
  // A word's value, e.g. of "folder".
  void set(std::string word, std::string value) { known_[std::move(word)] = std::move(value); }
  // Values of "kind:NAME" are made when a name is first met, and stay.
  void make(std::string kind, std::function<std::string()> maker) {
    makers_[std::move(kind)] = std::move(maker);
  }

  // Braces around anything but a lower-case word are left alone: JSON passes unharmed. Throws
  // TargetError when a word means nothing.
  std::string fill(std::string_view text);

 private:
  const std::string& value_of(const std::string& word);

  std::map<std::string, std::string> known_;
  std::map<std::string, std::function<std::string()>> makers_;
};

}  // namespace fullcone::conformance
