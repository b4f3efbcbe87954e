#pragma once

#include <cstddef>
#include <string>

#include "core/config.h"

namespace tacit::models {

/// What one client does with a model in one round: the [training] section.
struct LocalTraining {
  enum class Algorithm {
    fedavg,  ///< `local_epochs` of the optimizer; the update is theta_after - theta_before, weighted by examples
    fedsgd,  ///< one gradient on `batch_size` examples; the update is that mean gradient, weighted by examples
  };
  Algorithm algorithm = Algorithm::fedavg;
  std::size_t local_epochs = 1;
  std::size_t batch_size = 32;
  std::string optimizer = "sgd";  ///< sgd (with momentum) or adam; local state starts fresh each round
  double learning_rate = 0.1;
  double momentum = 0.0;

  static LocalTraining from_config(ConfigTable section);
};

}  // namespace tacit::models
