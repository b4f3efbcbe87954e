#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

namespace tacit::attacks {

/// The limited-memory BFGS approximation of the inverse Hessian (Nocedal and Wright, "Numerical Optimization", 2nd ed.,
/// Alg. 7.4), from the last `history` pairs of step and gradient change.
class InverseHessian {
 public:
  explicit InverseHessian(std::size_t history) : history_(history) {}

  /// Takes a pair in, unless its curvature <step, change> is not safely positive: then nothing changes.
  void update(std::vector<double> step, std::vector<double> gradient_change);
  /// Replaces v by H v. Without pairs H is the identity.
  void multiply(std::span<double> v) const;
  bool empty() const noexcept { return pairs_.empty(); }
  void clear() noexcept { pairs_.clear(); }

 private:
  struct Pair {
    std::vector<double> step, change;
    double curvature;  ///< <step, change>
  };
  std::size_t history_;
  std::deque<Pair> pairs_;
};

}  // namespace tacit::attacks
