#include "quantum_sim/compile/cosine_sine_decomposition.h"

#include <cmath>

namespace tacit::quantum_sim {
namespace {

using Matrix = Eigen::MatrixXcd;

// A = Q diag(d): the Q of a QR decomposition whose R is diagonal up to rounding, with d real and not negative.
Matrix orthonormal_columns(const Matrix& a) {
  if (a.cols() == 0) return Matrix::Identity(a.rows(), a.rows());
  const Eigen::HouseholderQR<Matrix> qr(a);
  Matrix q = qr.householderQ();
  for (Eigen::Index column = 0; column < a.cols(); ++column) {
    const std::complex<double> entry = qr.matrixQR()(column, column);
    if (std::abs(entry) > 0) q.col(column) *= entry / std::abs(entry);
  }
  return q;
}

}  // namespace

CosineSineForm cosine_sine_form(const Matrix& unitary) {
  const Eigen::Index half = unitary.rows() / 2;
  const auto upper = unitary.topLeftCorner(half, half), lower = unitary.bottomLeftCorner(half, half);

  // lower = L_1 S R^dagger with descending sines. The first `large` of them exceed sqrt(1/2).
  const Eigen::JacobiSVD<Matrix> svd(lower, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Matrix left_lower = svd.matrixU(), right = svd.matrixV();
  const Eigen::VectorXd sines = svd.singularValues();
  const Eigen::Index large = (sines.array() > std::sqrt(0.5)).count(), small = half - large;

  // Small sines mean large cosines, whose vectors the columns of upper R give; the remaining block has the small
  // cosines.
  Matrix columns(half, half);
  columns << (upper * right).rightCols(small), (upper * right).leftCols(large);
  const Matrix q = orthonormal_columns(columns.leftCols(small));
  Matrix left_upper(half, half);
  left_upper.rightCols(small) = q.leftCols(small);
  if (large > 0) {
    const Matrix rest = q.rightCols(large).adjoint() * columns.rightCols(large);
    const Eigen::JacobiSVD<Matrix> again(rest, Eigen::ComputeFullU | Eigen::ComputeFullV);
    left_upper.leftCols(large) = q.rightCols(large) * again.matrixU();
    right.leftCols(large) *= again.matrixV();
    const Matrix turned = sines.head(large).asDiagonal() * again.matrixV();
    left_lower.leftCols(large) *= orthonormal_columns(turned);
  }

  CosineSineForm form;
  Eigen::VectorXd cosine(half), sine(half);
  const Matrix cosines = left_upper.adjoint() * upper * right, sines_again = left_lower.adjoint() * lower * right;
  for (Eigen::Index k = 0; k < half; ++k) {
    const double angle = std::atan2(sines_again(k, k).real(), cosines(k, k).real());
    form.angles.push_back(angle);
    cosine[k] = std::cos(angle);
    sine[k] = std::sin(angle);
  }
  form.right_upper = right.adjoint();
  form.right_lower = cosine.asDiagonal() * (left_lower.adjoint() * unitary.bottomRightCorner(half, half)) -
                     sine.asDiagonal() * (left_upper.adjoint() * unitary.topRightCorner(half, half));
  form.left_upper = std::move(left_upper);
  form.left_lower = std::move(left_lower);
  return form;
}

}  // namespace tacit::quantum_sim
