#pragma once

#include "core/progress.h"
#include "simulation/run_result.h"

namespace tacit::simulation {

/// Shows a run on a progress bar: one unit of work is one update.
class RunProgress {
 public:
  /// `units` is what the whole run is worth on the bar.
  RunProgress(Progress& bar, double units) : bar_(bar), units_(units) {}
  /// `clients` is how many updates make a round.
  void show(const RunResult& result, std::size_t clients);

 private:
  Progress& bar_;
  double units_;
  double shown_ = 0;
};

}  // namespace tacit::simulation
