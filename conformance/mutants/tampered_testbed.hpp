// An honest subject, live or simulated, with a tamperer between it and the suite.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "conformance/mutants/mutant.hpp"
#include "conformance/mutants/tampered_network.hpp"
#include "conformance/testbed.hpp"

namespace fullcone::conformance {

class TamperedTestbed : public Testbed {
 public:
  // `honest` may serve others too, in the same thread, one after the other.
  TamperedTestbed(std::shared_ptr<Testbed> honest, MakeTamper make_tamper)
      : honest_(std::move(honest)), make_tamper_(std::move(make_tamper)) {}

  Side side() const override { return honest_->side(); }
  bool is_simulated() const override { return honest_->is_simulated(); }
  bool may_lose() const override { return honest_->may_lose(); }
  std::string subject() const override { return honest_->subject() + ", tampered with"; }
  const SubjectFacts& facts() const override { return honest_->facts(); }
  Network& begin(std::uint64_t seed) override {
    network_.reset();  // before the one that it is built on
    Network& inner = honest_->begin(seed);
    network_ = std::make_unique<TamperedNetwork>(inner, make_tamper_(facts()));
    return *network_;
  }
  std::unique_ptr<Testbed> another() override {
    auto another = honest_->another();
    if (another == nullptr) return nullptr;
    return std::make_unique<TamperedTestbed>(std::move(another), make_tamper_);
  }

 private:
  std::shared_ptr<Testbed> honest_;
  MakeTamper make_tamper_;
  std::unique_ptr<TamperedNetwork> network_;
};

}  // namespace fullcone::conformance
