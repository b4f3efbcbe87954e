#pragma once

#include <functional>
#include <vector>

#include "bench/timing.h"
#include "bench/training_work.h"

namespace tacit::bench {

/// A case with what it took.
struct MeasuredTraining {
  TrainingCase which;
  double seconds = 0;        ///< median CPU time of a call, on one thread
  double floor_seconds = 0;  ///< multiply_adds() at the rate of registers alone, measured beside this case
  double ratio() const { return seconds / floor_seconds; }
};

/// Steps at batch 32, the gradient of the network of gradient matching at batch 1, and both passes of its iterations.
std::vector<TrainingCase> training_cases(Extent extent);

/// Measures every case in one run; `on_case` is told each as it is ready, with how many there will be.
std::vector<MeasuredTraining> measure_training_cases(
    Extent extent, const std::function<void(const MeasuredTraining&, std::size_t)>& on_case);

}  // namespace tacit::bench
