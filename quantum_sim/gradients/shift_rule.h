#pragma once

#include <vector>

#include "quantum_sim/gradients/frequency_set.h"

namespace tacit::quantum_sim {

/// A derivative of f as a finite sum: sum_m coefficients[m] f(theta + shifts[m]), exact for every trigonometric sum of
/// the frequencies it was made for.
struct ShiftRule {
  std::vector<double> shifts, coefficients;
  /// Of the linear system that gave it (1 where a closed form did); a large one magnifies shot noise.
  double condition = 1;
};

/// f'. Frequencies base * {1..R} give the closed form of Wierichs, Izaac, Wang, Lin, Quantum 6, 677 (2022), Sec. 3:
///   f'(0) = base sum_{m=1}^{2R} f(x_m / base) (-1)^(m-1) / (4 R sin^2(x_m / 2)),   x_m = (2m - 1) pi / (2R):
/// R = 1 is the two-term rule of R_P, base 1/2 and R = 2 the four-term rule of a controlled rotation. Any other set
/// {w_l} gives 2R shifts +-x_m with coefficients +-y_m/2, sum_m y_m sin(w_l x_m) = w_l, at R well-conditioned x_m of a
/// grid. Throws Error(usage) if the set is not listed, or neither equidistant nor of at most 512.
ShiftRule first_derivative_rule(const FrequencySet& frequencies);

/// f'', likewise (ibid.): for base * {1..R} from f(0) and 2R - 1 shifts m pi / R, else from f(0) and 2R shifts.
ShiftRule second_derivative_rule(const FrequencySet& frequencies);

}  // namespace tacit::quantum_sim
