// Why a TCP connection did not come up, from the system's error number.
#pragma once

#include <cerrno>

#include "core/client_settings.hpp"

namespace fullcone {

inline ConnectFailure connect_failure(int error) {
  switch (error) {
    case ECONNREFUSED:
      return ConnectFailure::refused;
    case ENETUNREACH:
    case EHOSTUNREACH:
      return ConnectFailure::unreachable;
    case ETIMEDOUT:
      return ConnectFailure::timed_out;
    default:
      return ConnectFailure::other;
  }
}

}  // namespace fullcone
