#pragma once

#include <Eigen/Dense>
#include <vector>

namespace tacit::quantum_sim {

/// U = (left_upper (+) left_lower) [[C, -S], [S, C]] (right_upper (+) right_lower), C = cos, S = sin of the angles in
/// [0, pi/2]; all four blocks unitary.
struct CosineSineForm {
  Eigen::MatrixXcd left_upper, left_lower, right_upper, right_lower;
  std::vector<double> angles;
};

/// Of a unitary of even size. Stable also where cosines or sines vanish or coincide (Van Loan, Numer. Math. 46, 1985:
/// whichever of cosine and sine is the larger one fixes its vectors).
CosineSineForm cosine_sine_form(const Eigen::MatrixXcd& unitary);

}  // namespace tacit::quantum_sim
