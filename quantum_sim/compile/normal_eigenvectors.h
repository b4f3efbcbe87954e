#pragma once

#include <Eigen/Dense>

namespace tacit::quantum_sim {

/// V, unitary, with V^dagger W V diagonal up to rounding for a unitary W, also where eigenvalues coincide or nearly do:
/// eigenvectors of a Hermitian part of W, then Jacobi rotations until nothing is left beside the diagonal. (Schur's
/// form would be diagonal too, but the QR iteration loses half of the digits on some permutations.)
Eigen::MatrixXcd eigenvectors_of_unitary(const Eigen::MatrixXcd& unitary);

}  // namespace tacit::quantum_sim
