// The simulated subjects: our own core, as a server and as a client, a fresh one for each case.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "conformance/simulated/simulated_network.hpp"
#include "conformance/testbed.hpp"

namespace fullcone::conformance {

class SimulatedTestbed : public Testbed {
 public:
  // `mode`: of a client.
  explicit SimulatedTestbed(Side side, ClientMode mode = ClientMode::isolated);
  // For subjects that are broken on purpose.
  using Tune = std::function<void(ServerSettings&, ClientSettings&)>;
  void tune(Tune tune) { tune_ = std::move(tune); }
  // What the subject's link does to what passes it, from now on.
  void set_link(const sim::LinkSettings& link) { link_ = link; }

  Side side() const override { return side_; }
  bool is_simulated() const override { return true; }
  bool may_lose() const override { return link_.loss > 0; }
  std::string subject() const override;
  const SubjectFacts& facts() const override { return facts_; }
  Network& begin(std::uint64_t seed) override;
  std::unique_ptr<Testbed> another() override;

 private:
  std::unique_ptr<Network> make_network(std::uint64_t seed) const;

  Side side_;
  Tune tune_;
  sim::LinkSettings link_;
  SubjectFacts facts_;
  std::unique_ptr<Network> network_;
};

// How long things take there: time costs nothing, so nothing has to be waited for in a hurry.
inline constexpr Pace kSimulatedPace{
    .answer_limit = 5s, .patience = 24h, .slack = 50ms, .path_holds = 512 * 1024};

}  // namespace fullcone::conformance
