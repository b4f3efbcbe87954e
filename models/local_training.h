#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/config.h"
#include "models/example_mixing.h"
#include "models/gradient_clipping.h"
#include "models/learning_rate_schedule.h"
#include "models/optimizers/optimizer.h"

namespace tacit::models {

/// Where the direction of a local step comes from; see models/local_gradient.h.
struct GradientSource {
  enum class Kind { exact, spsa, natural };
  Kind kind = Kind::exact;
  double spsa_step = 0.1;  ///< half the distance of the two evaluations along each parameter
  std::size_t spsa_repetitions = 1;
  double natural_regularisation = 1e-3;
  double soteria_share = 0;      ///< of exact: what models/soteria_gradient.h masks; 0: nothing
  double example_clip_norm = 0;  ///< of exact: bound on each example's gradient, models/private_gradient.h; 0: none
  double example_noise = 0;      ///< standard deviation of the noise on their sum, in units of that bound

  /// Whether steps go against the exact gradient itself.
  bool is_plain() const { return kind == Kind::exact && soteria_share == 0 && example_clip_norm == 0; }
  bool natural_by_layers = false;  ///< only the blocks of the metric that belong to one layer of rotations
};

/// What one client does with a model in one round: the [training] section.
struct LocalTraining {
  enum class Algorithm {
    fedavg,  ///< `local_epochs` of the optimizer; the update is theta_after - theta_before, weighted by examples
    fedsgd,  ///< one gradient on `batch_size` examples; the update is that mean gradient, weighted by examples
  };
  Algorithm algorithm = Algorithm::fedavg;
  std::size_t local_epochs = 1;
  std::size_t batch_size = 32;
  GradientSource gradient;
  ExampleMixing mixing;         ///< of the examples that gradients are taken of
  OptimizerSettings optimizer;  ///< its state starts fresh each round
  double learning_rate = 0.1;
  LearningRateSchedule schedule;  ///< factor on the learning rate
  GradientClipping clipping;      ///< of every gradient, the one of fedsgd included

  /// Of the local step `step` (from 0) in round `round` (from 1).
  double learning_rate_at(std::uint32_t round, std::size_t step) const {
    return learning_rate * schedule.factor_at(round, step);
  }

  /// The settings that the client of this name has: those of its cohort (models/training_cohorts.h), or the section's
  /// own, as of a client without a name. The settings of all cohorts are checked. Throws Error(configuration) with
  /// file, line and key.
  static LocalTraining from_config(ConfigTable section, const std::string& client = {});
  /// The section's own settings, and those of every cohort in the order of the file.
  static std::vector<LocalTraining> all_from_config(ConfigTable section);
};

}  // namespace tacit::models
