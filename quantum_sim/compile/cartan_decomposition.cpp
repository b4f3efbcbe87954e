#include "quantum_sim/compile/cartan_decomposition.h"

#include <cmath>
#include <complex>
#include <numbers>

namespace tacit::quantum_sim {
namespace {

using Eigen::Matrix2cd;
using Eigen::Matrix4cd;
using Eigen::Matrix4d;

constexpr std::complex<double> i{0, 1};

// Columns (|00> + |11>), i (|00> - |11>), i (|01> + |10>), |01> - |10>, each over sqrt(2).
Matrix4cd magic_basis() {
  Matrix4cd basis;
  basis << 1, i, 0, 0, 0, 0, i, 1, 0, 0, i, -1, 1, -i, 0, 0;
  return basis / std::sqrt(2.0);
}

// One Jacobi rotation of the columns p and q that makes the (p, q) entries of both matrices as small as can be (Cardoso
// and Souloumiac, SIAM J. Matrix Anal. Appl. 17, 1996, for the real case). Returns whether there was anything to do.
bool rotate_jointly(Matrix4d& one, Matrix4d& two, Matrix4d& vectors, int p, int q) {
  double on = 0, off = 0, entries = 0;
  for (const Matrix4d* matrix : {&one, &two}) {
    const double difference = (*matrix)(p, p) - (*matrix)(q, q), twice = 2 * (*matrix)(p, q);
    on += difference * difference - twice * twice;
    off += 2 * difference * twice;
    entries += twice * twice;
  }
  if (entries < 1e-33) return false;
  const double angle = std::atan2(off, on) / 4;
  Matrix4d rotation = Matrix4d::Identity();
  rotation(p, p) = rotation(q, q) = std::cos(angle);
  rotation(q, p) = std::sin(angle);
  rotation(p, q) = -std::sin(angle);
  one = rotation.transpose() * one * rotation;
  two = rotation.transpose() * two * rotation;
  vectors = vectors * rotation;
  return true;
}

// Orthogonal V with V^T one V and V^T two V diagonal, for commuting symmetric matrices.
Matrix4d diagonalise_jointly(Matrix4d one, Matrix4d two) {
  constexpr int most_rounds = 60;
  Matrix4d vectors = Matrix4d::Identity();
  bool turned = true;
  for (int round = 0; round < most_rounds && turned; ++round) {
    turned = false;
    for (int p = 0; p < 3; ++p)
      for (int q = p + 1; q < 4; ++q) turned = rotate_jointly(one, two, vectors, p, q) || turned;
  }
  return vectors;
}

// matrix = high x low up to rounding, both unitary.
std::array<Matrix2cd, 2> split(const Matrix4cd& matrix) {
  Eigen::Index row = 0, column = 0;
  double largest = -1;
  for (Eigen::Index r = 0; r < 2; ++r)
    for (Eigen::Index c = 0; c < 2; ++c)
      if (const double norm = matrix.block<2, 2>(2 * r, 2 * c).norm(); norm > largest) {
        largest = norm;
        row = r;
        column = c;
      }
  Matrix2cd low = matrix.block<2, 2>(2 * row, 2 * column), high;
  low *= std::sqrt(2.0) / largest;
  for (Eigen::Index r = 0; r < 2; ++r)
    for (Eigen::Index c = 0; c < 2; ++c) high(r, c) = (low.adjoint() * matrix.block<2, 2>(2 * r, 2 * c)).trace() / 2.0;
  return {low, high};
}

}  // namespace

CartanForm cartan_form(const Matrix4cd& unitary) {
  const Matrix4cd basis = magic_basis();
  const Matrix4cd in_basis = basis.adjoint() * unitary * basis;
  const Matrix4cd squared = in_basis.transpose() * in_basis;
  Matrix4d vectors = diagonalise_jointly(squared.real(), squared.imag());
  if (vectors.determinant() < 0) vectors.col(0) = -vectors.col(0);
  Eigen::Vector4d angles = (vectors.transpose() * squared * vectors).diagonal().array().arg() / 2;
  const auto left = [&] {
    const Eigen::Vector4cd inverse = (-i * angles.cast<std::complex<double>>()).array().exp();
    return Matrix4cd(in_basis * vectors.cast<std::complex<double>>() * inverse.asDiagonal());
  };
  if (left().determinant().real() < 0) angles[0] += std::numbers::pi;

  CartanForm form;
  form.before = split(basis * vectors.transpose().cast<std::complex<double>>() * basis.adjoint());
  form.after = split(basis * left() * basis.adjoint());
  // The basis states' eigenvalues of (XX, YY, ZZ): (1, -1, 1), (-1, 1, 1), (1, 1, -1), (-1, -1, -1).
  form.phase = angles.sum() / 4;
  form.xx = (angles[0] - angles[1] + angles[2] - angles[3]) / 4;
  form.yy = (-angles[0] + angles[1] + angles[2] - angles[3]) / 4;
  form.zz = (angles[0] + angles[1] - angles[2] - angles[3]) / 4;
  return form;
}

}  // namespace tacit::quantum_sim
