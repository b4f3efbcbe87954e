#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/attack_work.h"
#include "bench/timing.h"

namespace tacit::bench {

/// A case with what it took.
struct MeasuredAttack {
  AttackCase which;
  double seconds_per_iteration = 0;  ///< median CPU time on one thread, of all restarts together
  double floor_seconds = 0;          ///< multiply_adds() at the rate of registers alone, measured beside this case
  double ratio() const { return seconds_per_iteration / floor_seconds; }
};

/// Iterations by inverting gradients, and of ten restarts on a circuit.
std::vector<AttackCase> attack_cases(Extent extent);

/// Seconds that an iteration of all restarts takes, and its floor.
MeasuredAttack measure(const AttackCase& which, const Patience& patience);

/// Measures every case in one run; `on_case` is told each as it is ready, with how many there will be.
std::vector<MeasuredAttack> measure_attack_cases(
    Extent extent, const std::function<void(const MeasuredAttack&, std::size_t)>& on_case);

}  // namespace tacit::bench
