#pragma once

#include <Eigen/Dense>
#include <array>

namespace tacit::quantum_sim {

/// U = e^{i phase} (after[1] x after[0]) exp(i (xx XX + yy YY + zz ZZ)) (before[1] x before[0]); [q] acts on qubit q.
struct CartanForm {
  std::array<Eigen::Matrix2cd, 2> before, after;
  double xx, yy, zz, phase;
};

/// Cartan's (KAK) form of a two-qubit unitary by the magic basis (Kraus and Cirac, quant-ph/0011050), in which local
/// gates are real and XX, YY, ZZ diagonal. Qubit 0 is the least significant bit. Works alike for coinciding and nearly
/// coinciding eigenvalues, because the real and imaginary part are diagonalised together by Jacobi rotations.
CartanForm cartan_form(const Eigen::Matrix4cd& unitary);

}  // namespace tacit::quantum_sim
