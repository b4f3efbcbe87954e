#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "attacks/methods/method.h"
#include "attacks/observed_gradient.h"
#include "attacks/snapshot/snapshot_equations.h"
#include "core/config.h"
#include "quantum_sim/analysis/lie/g_sim.h"

namespace tacit::attacks {

struct SnapshotSettings {
  double tolerance = 1e-5;       ///< singular values below this part of the largest do not count: updates are float32
  std::size_t restarts = 40;     ///< random starts where the snapshot has no closed inversion
  std::size_t iterations = 100;  ///< of each search and of the last refinement
  std::size_t max_dimension = 20'000;
  bool stack_rounds = true;  ///< of several rounds, read all, as gradients of one example
  bool refine = true;        ///< end by fitting the gradient itself, which weighs every component alike
};

/// The snapshot attack of Heredge et al. (arXiv 2405.08801): gradient -> linear system -> snapshot of the encoded state
/// -> inputs. The unknown factor dL/dy and the label are found with it: h . u = c y is quadratic in y, and the residual
/// of the whole gradient decides between its roots and between labels. Notes say rank and condition, and so whether
/// the weak breach (the snapshot) and the strong one (the inputs) were possible. Several rounds of one example are
/// solved together (StackedRounds).
class SnapshotAttack final : public Method {
 public:
  explicit SnapshotAttack(const SnapshotSettings& settings) : settings_(settings) {}
  AttackResult run(const AttackTask& task) const override;
  bool uses_rounds() const noexcept override { return settings_.stack_rounds; }

 private:
  SnapshotSettings settings_;
};

/// Keys tolerance, restarts, iterations, max_dimension, stack_rounds, refine.
std::unique_ptr<const Method> make_snapshot(ConfigTable file);

}  // namespace tacit::attacks
