// What judges a run as a whole: what was found, and the ledger of payloads from end to end. Each
// server has a reference model of its own.
#pragma once

#include <cstdint>
#include <map>

#include "simulator/findings.hpp"
#include "simulator/ledger.hpp"
#include "simulator/zone.hpp"

namespace fullcone::sim {

struct Judge {
  Judge(Trace& trace, const Zone& zone) : findings(trace), ledger(findings, zone) {}

  Findings findings;
  Ledger ledger;
};

}  // namespace fullcone::sim
