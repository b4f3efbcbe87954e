#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "models/model.h"

namespace tacit::attacks {

/// What the gradient of a circuit's squared error says about its n inputs: equations r_p(u) = 0 in u_j = base_j x_j,
///   r_p(u) = sum_k c_pk exp(i k . u),   k_j from -degree_j to degree_j,   c_p,-k = conj(c_pk),
/// exact trigonometric polynomials, so that bounds of all derivatives are known.
class SeveralFeatureSystem {
 public:
  /// For known targets, by discrete Fourier transforms of prod (2 degree_j + 1) gradients. Throws Error(configuration),
  /// with one sentence, if the model is not one quantum layer over 2 or 3 features with loss mean_squared_error, a
  /// feature has no Fourier series with a base, no component depends on it, or more than max_terms coefficients a
  /// component are needed; Error(usage) on sizes that do not fit.
  SeveralFeatureSystem(const models::Model<double>& model, std::span<const double> theta,
                       std::span<const double> targets, std::span<const double> gradient, std::size_t max_terms);

  std::size_t variables() const noexcept { return degrees_.size(); }
  std::size_t equations() const noexcept { return equations_.size(); }
  const std::vector<std::size_t>& degrees() const noexcept { return degrees_; }
  const std::vector<double>& bases() const noexcept { return bases_; }
  /// Root mean square over u of the length of the gradient.
  double scale() const noexcept { return scale_; }
  std::size_t evaluations() const noexcept { return evaluations_; }

  /// exp(i k u_j) for every j and k: what the values of all equations at one point share.
  struct Phases {
    std::vector<std::vector<std::complex<double>>> of;  ///< [variables][2 degree + 1]
  };
  Phases phases(std::span<const double> u) const;
  struct Jet {
    double value = 0;
    double slope[3] = {0, 0, 0};
  };
  /// Equations are ordered by how much they vary, the most first.
  Jet at(std::size_t equation, const Phases& phases) const;
  /// A bound of |d^2 r_p / du_i du_j| everywhere.
  double curvature(std::size_t equation, std::size_t i, std::size_t j) const {
    return equations_[equation].curvature[i * 3 + j];
  }

 private:
  struct Equation {
    std::vector<std::complex<double>> coefficients;  ///< row-major over k
    double curvature[9];
    double variance;
  };
  std::vector<std::size_t> degrees_;
  std::vector<double> bases_;
  std::vector<Equation> equations_;
  double scale_ = 0;
  std::size_t evaluations_ = 0;
};

}  // namespace tacit::attacks
