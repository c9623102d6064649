// A client that opens a connection of its own for whoever connects to its local port, though
// nothing calls for one yet: CRUMFURS (CRUM-5) or mux (MUX-5).
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "conformance/bed/request.hpp"
#include "conformance/mutants/link.hpp"
#include "conformance/mutants/tampered_network.hpp"
#include "wire/request_header.hpp"

namespace fullcone::conformance {

// `kCommand`: its request's.
template <Command kCommand>
struct OpensEarly : Tamper {
  void look() override {
    if (!connected_ || std::exchange(opened_, true)) return;
    auto link = std::make_unique<Link>(*network, nullptr, false);
    Request request;
    request.command = static_cast<std::uint8_t>(kCommand);
    link->deliver(request.encode());
    network->offer(std::move(link));
  }
  bool app_hears() const override {
    connected_ = true;
    return true;
  }
  mutable bool connected_ = false;
  bool opened_ = false;
};

}  // namespace fullcone::conformance
