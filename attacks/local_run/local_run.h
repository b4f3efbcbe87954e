#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "attacks/observation.h"
#include "attacks/threat_model.h"
#include "core/config.h"

namespace tacit::attacks {

/// The local training that an update came from, as an attacker repeats it on candidate examples: stochastic gradient
/// descent with known numbers and an assumed order of examples.
struct LocalRun {
  std::vector<double> rates;                      ///< learning rate of each step, [steps]
  std::vector<std::vector<std::size_t>> batches;  ///< candidates of each step, [steps]
  double momentum = 0;
  bool nesterov = false;
  double weight_decay = 0;
  std::size_t copies = 1;  ///< of every candidate, one an epoch; copy e of i is e * count + i

  std::size_t steps() const noexcept { return rates.size(); }
  /// By what the change of the parameters is divided to be of the size of a gradient: the sum of the rates.
  double scale() const;
};

/// What the attacker takes for the numbers of local training: the [local_training] section of a settings file. A number
/// that is absent is the one that the run was told; one that is given is the attacker's belief, right or wrong.
///
///   [local_training]
///   order = "drawn"     # the order of examples is unknown: each restart draws one. "same": one order in all epochs;
///                       # "free": as drawn, and every epoch has copies of its own (epoch_copies.h)
///   invariance = 1.0    # with "free": how strongly copies are tied
///   local_epochs = 2
///   batch_size = 4
///   learning_rate = 0.01
struct LocalRunBelief {
  bool draws_order = true;
  bool copies_epochs = false;
  double invariance = 0;
  std::optional<std::size_t> local_epochs, batch_size;
  std::optional<double> learning_rate;

  static LocalRunBelief from_config(ConfigTable section);
};

/// The local training behind an update of `count` examples, of which there are `copies` each. With a drawn order it is
/// that of (seed, round, restart); otherwise examples are used as they stand, in every epoch. Throws
/// Error(configuration) if the threat model denies the learning rate or the steps, which it must grant unless the
/// belief gives them all, or if the run's training is not plain repetition of gradient steps (another optimizer,
/// clipped or estimated gradients); Error(usage) if the update is a gradient, behind which there is no training.
LocalRun local_run(const Observation& observation, const ThreatModel& threat_model, const LocalRunBelief& belief,
                   std::size_t count, std::uint64_t seed, std::size_t restart);

}  // namespace tacit::attacks
