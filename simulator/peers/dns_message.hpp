// DNS questions for addresses and their answers, as much of RFC 1035 section 4 and RFC 3596 as a
// simulated resolver needs: one question, no compression but the pointer to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"

namespace fullcone::sim::dns {

enum class Code : std::uint8_t { no_error = 0, server_failure = 2, no_such_name = 3 };

struct Question {
  std::uint16_t id = 0;
  std::string name;              // "game.example", without a dot at its end
  Family family = Family::ipv4;  // A or AAAA
};

struct Answer {
  std::uint16_t id = 0;
  Code code = Code::no_error;
  std::vector<IpAddress> addresses;  // of the question's family
};

// Precondition: each label of the name has 1 to 63 octets.
Bytes encode(const Question& question);
Bytes encode(const Question& question, const Answer& answer);
// Nullopt: anything else than one whole question (answer to one question) for addresses.
std::optional<Question> parse_question(ByteView octets);
std::optional<Answer> parse_answer(ByteView octets);

}  // namespace fullcone::sim::dns
