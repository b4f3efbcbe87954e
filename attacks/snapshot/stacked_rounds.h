#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "attacks/snapshot/snapshot_equations.h"
#include "attacks/snapshot/snapshot_problem.h"

namespace tacit::attacks {

/// What the gradients of several rounds say together of one example that was the client's whole batch in each of them.
///
/// Round r says chi_r e = w_r g_r with the snapshot e common and w_r = 1 / c_r unknown, c_r the derivative of the loss
/// by that round's output. Both together are a null vector (e, w) of the stacked matrix [chi_r | -g_r], which is unique
/// up to a factor a where its other singular values are not zero; so parameters too few in one round are enough in
/// several. The factor follows from any round: c_r(y_r) (y_r - constant) is known, and y_r - constant = a h_r . e.
class StackedRounds {
 public:
  using Problems = std::vector<std::unique_ptr<SnapshotProblem>>;
  /// At least two problems, of one model with other parameters each. They outlive it.
  StackedRounds(const Problems& rounds, double tolerance);

  std::size_t equations() const noexcept { return equations_; }
  std::size_t unknowns() const noexcept { return shown_.unknowns; }  ///< of the snapshot
  /// Null vectors, by the tolerance; the least singular value always counts as one.
  std::size_t nullity() const noexcept { return nullity_; }
  /// The largest singular value over the least that is not zero.
  double condition() const noexcept { return condition_; }
  /// The least singular value over the second: 0 where all rounds are of one example, without noise; near 1 where they
  /// are of several.
  double contradiction() const noexcept { return contradiction_; }
  bool determined() const noexcept { return nullity_ == 1; }

  /// A snapshot, and how well each of its strings is known: `resolution` and `deviation` alone are set.
  struct Found {
    std::vector<double> snapshot;
    SnapshotEquations known;
  };
  /// Of a target. Only if determined().
  std::vector<Found> snapshots(double target) const;

 private:
  const Problems& rounds_;
  ShownCombinations shown_;
  std::vector<double> direction_;  ///< of the snapshot, [dimension]
  std::vector<double> inverse_;    ///< w_r with it, [rounds]
  std::size_t equations_ = 0, nullity_ = 1;
  double condition_ = 0, contradiction_ = 0;
};

}  // namespace tacit::attacks
