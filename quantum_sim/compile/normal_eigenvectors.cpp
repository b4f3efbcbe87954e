#include "quantum_sim/compile/normal_eigenvectors.h"

#include <cmath>
#include <complex>

namespace tacit::quantum_sim {
namespace {

using Matrix = Eigen::MatrixXcd;

constexpr std::complex<double> i{0, 1};

// The rotation of the columns p and q that makes the (p, q) and (q, p) entries as small as can be (Cardoso and
// Souloumiac, SIAM J. Matrix Anal. Appl. 17, 1996).
Eigen::Matrix2cd best_rotation(const Matrix& matrix, Eigen::Index p, Eigen::Index q) {
  const Eigen::Vector3cd h(matrix(p, p) - matrix(q, q), matrix(p, q) + matrix(q, p), i * (matrix(q, p) - matrix(p, q)));
  const Eigen::Matrix3d products = (h.conjugate() * h.transpose()).real();
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver(products);
  Eigen::Vector3d largest = solver.eigenvectors().col(2);
  if (largest[0] < 0) largest = -largest;
  const double cosine = std::sqrt((largest[0] + 1) / 2);
  const std::complex<double> sine = std::complex<double>(largest[1], -largest[2]) / (2 * cosine);
  return (Eigen::Matrix2cd() << cosine, -std::conj(sine), sine, cosine).finished();
}

bool rotate(Matrix& matrix, Matrix& vectors, Eigen::Index p, Eigen::Index q) {
  if (std::norm(matrix(p, q)) + std::norm(matrix(q, p)) < 1e-30) return false;
  const Eigen::Matrix2cd rotation = best_rotation(matrix, p, q);
  const auto turn_columns = [&](Matrix& columns) {
    const Eigen::MatrixX2cd pair =
        (Eigen::MatrixX2cd(columns.rows(), 2) << columns.col(p), columns.col(q)).finished() * rotation;
    columns.col(p) = pair.col(0);
    columns.col(q) = pair.col(1);
  };
  turn_columns(matrix);
  matrix.adjointInPlace();
  turn_columns(matrix);
  matrix.adjointInPlace();
  turn_columns(vectors);
  return true;
}

}  // namespace

Eigen::MatrixXcd eigenvectors_of_unitary(const Matrix& unitary) {
  constexpr int most_rounds = 40;
  // A direction at which no usual pair of eigenvalues has one projection.
  const Matrix turned = std::polar(1.0, 0.6180339887) * unitary;
  Matrix vectors = Eigen::SelfAdjointEigenSolver<Matrix>(turned + turned.adjoint()).eigenvectors();
  Matrix matrix = vectors.adjoint() * unitary * vectors;
  bool changed = true;
  for (int round = 0; round < most_rounds && changed; ++round) {
    changed = false;
    for (Eigen::Index p = 0; p + 1 < matrix.rows(); ++p)
      for (Eigen::Index q = p + 1; q < matrix.rows(); ++q) changed = rotate(matrix, vectors, p, q) || changed;
  }
  return vectors;
}

}  // namespace tacit::quantum_sim
