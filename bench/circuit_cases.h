#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "bench/circuit_work.h"
#include "bench/timing.h"

namespace tacit::bench {

/// A case with what it took.
struct MeasuredCase {
  CircuitCase which;
  /// Median of a call: CPU time of the thread where there is one, wall time where there are more.
  double seconds = 0;
  /// multiply_adds() at the rate that one thread reaches, measured beside this case; of one thread for more threads
  /// too, so that their gain shows.
  double floor_seconds = 0;
  double ratio() const { return seconds / floor_seconds; }
};

/// Batches of 256 at 6, 8 and 10 qubits in every work, single circuits up to 24 qubits, float and double.
std::vector<CircuitCase> circuit_cases(Extent extent);

/// Measures every case in one run; `on_case` is told each as it is ready, with how many there will be.
std::vector<MeasuredCase> measure_circuit_cases(Extent extent,
                                                const std::function<void(const MeasuredCase&, std::size_t)>& on_case);

}  // namespace tacit::bench
