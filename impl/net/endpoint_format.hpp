// Endpoints in log lines, spelled out only when the line is written.
#pragma once

#include <spdlog/fmt/fmt.h>

#include <string_view>

#include "base/endpoint.hpp"

template <>
struct fmt::formatter<fullcone::Endpoint> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const fullcone::Endpoint& endpoint, Context& context) const {
    return fmt::formatter<std::string_view>::format(endpoint.to_string(), context);
  }
};
