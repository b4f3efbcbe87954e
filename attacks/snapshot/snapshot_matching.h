#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "attacks/snapshot/output_loss.h"
#include "attacks/snapshot/snapshot_equations.h"

namespace tacit::attacks {

/// Inputs whose snapshots fit what the equations determined of a mean gradient over `count` examples,
///   w_i (p_i - (1/count) sum_b c_b d_i . e(x_b)) = 0,   c_b = dL/dy at y(x_b), t_b,
/// by Levenberg-Marquardt with exact derivatives. p are the observed coordinates, d_i the directions. With weights 1
/// snapshots are compared, with the singular values gradients are: the likelihood of independent noise on them. Keeps
/// no state between calls besides memory; one thread.
class SnapshotMatching {
 public:
  /// References outlive it. `targets` [count].
  SnapshotMatching(const SnapshotEquations& equations, SnapshotMap& map, const OutputLoss& loss, std::size_t count);

  struct Fit {
    std::vector<double> inputs;  ///< [count, inputs]
    double squares = 0;          ///< sum of squared residuals
    std::size_t iterations = 0;
    std::size_t evaluations = 0;
  };
  enum class Weights { snapshot, gradient };
  /// From a starting point [count, inputs]; steps are projected onto `range` if there is one.
  Fit minimise(std::span<const double> coordinates, std::span<const double> targets, std::span<const double> start,
               Weights weights, std::size_t iterations, const std::optional<Bounds>& range);
  /// The gradient of the mean loss at inputs [count, inputs]. [parameters]
  std::vector<double> gradient(std::span<const double> inputs, std::span<const double> targets);

 private:
  double residuals(std::span<const double> coordinates, std::span<const double> targets, std::span<const double> inputs,
                   Weights weights, bool slopes);

  const SnapshotEquations& equations_;
  SnapshotMap& map_;
  OutputLoss loss_;
  std::size_t count_;
  std::vector<double> snapshot_, slopes_;
  std::vector<double> residual_, jacobian_;  ///< [rank], [rank, variables]
};

}  // namespace tacit::attacks
