#pragma once

#include <Eigen/Cholesky>
#include <cstddef>
#include <vector>

#include "attacks/r_gap/convolution_equations.h"

namespace tacit::attacks {

/// An approximate inverse of A^T A of a convolution's equations, for conjugate gradients.
///
/// The equations of the gradient, B of one phase and one channel of the image, are the same for every channel and never
/// join two phases: T = B^T B for each. Of the equations of W their mean diagonal s is kept. T + s is inverted once for
/// all channels; where there are fewer equations than pixels, as (1 - B^T (B B^T + s)^-1 B) / s (Woodbury).
class PhasePreconditioner {
 public:
  using Vector = Eigen::VectorXd;
  explicit PhasePreconditioner(const ConvolutionEquations& equations);

  /// to = approximately (A^T A)^-1 from.
  void apply(const Vector& from, Vector& to);
  /// The solution of the gradient's equations alone from their right-hand side. Only if gradient_determines().
  void solve_gradient(const Vector& from, Vector& to);
  /// Rank of the gradient's equations, of all channels. Singular values below 1e-6 of the largest do not count, as
  /// updates travel in float32.
  std::size_t gradient_rank() const noexcept { return rank_; }
  bool gradient_determines() const noexcept { return determines_; }

 private:
  using Matrix = PolyphaseImage::Matrix;
  struct Part {
    const PolyphaseImage::Phase* phase;
    double weight;                         ///< s
    Matrix inverse;                        ///< (T + s)^-1 [pixels, pixels], or empty
    Matrix equations, solved;              ///< B and (B B^T + s)^-1 B [equations, pixels], or empty
    Eigen::LLT<Eigen::MatrixXd> gradient;  ///< of T, if inverse is there
    Matrix pixels, result, seen;           ///< [channels, pixels], the same, [channels, equations]
  };
  void read(Part& part, const Vector& from) const;
  void write(const Part& part, Vector& to) const;

  const PolyphaseImage& image_;
  std::vector<Part> parts_;
  std::size_t rank_ = 0;
  bool determines_ = true;
};

}  // namespace tacit::attacks
