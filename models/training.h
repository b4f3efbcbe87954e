#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/random.h"
#include "datasets/dataset.h"
#include "models/local_training.h"
#include "models/model.h"

namespace tacit::models {

struct LocalResult {
  /// [parameters]; of statistics, which are not trained, the change, for fedsgd too.
  std::vector<float> update;
  std::size_t examples = 0;  ///< weight of the update
  double loss = 0;           ///< mean training loss seen
};

/// Throws Error(data) naming data set, layer, example and value if an example holds what the model cannot read, such as
/// a token outside its vocabulary. Training and evaluation ask it too.
void check_inputs(const Model<float>& model, const datasets::Dataset& data);

/// The examples that a client uses in a round, in order of use; for fedsgd the `batch_size` examples of the gradient.
/// A function of the client's own seed, the round and the client alone. Ground truth for audits, known to the client.
std::vector<std::size_t> examples_of_round(const LocalTraining& training, std::size_t available, RandomKey key);

/// Runs it. `key` has purpose local_order. Single-threaded and deterministic.
LocalResult train_locally(const Model<float>& model, std::span<const float> theta, const datasets::Dataset& data,
                          const LocalTraining& training, RandomKey key);

/// Examples that are evaluated at once. Fixed: it keeps the memory small and the order of additions the same
/// everywhere.
constexpr std::size_t evaluation_piece = 256;

struct Evaluated {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  double loss = 0;
  double accuracy = 0;  ///< share of right labels; NaN for regression
  std::size_t examples = 0;
  // Of regression, NaN otherwise, with outputs o_ik and targets y_ik of N examples and K targets:
  double rmse = none;       ///< sqrt(sum_ik (o_ik - y_ik)^2 / (N K))
  double r_squared = none;  ///< 1 - sum_ik (o_ik - y_ik)^2 / sum_ik (y_ik - mean_i y_ik)^2; NaN if no target varies
};
/// Mean loss, and share of right labels or the errors of regression; NaN-safe; deterministic. Statistics that layers
/// keep outside theta are first computed on the same data. Throws Error(usage) on an empty data set.
Evaluated evaluate(const Model<float>& model, std::span<const float> theta, const datasets::Dataset& data);

}  // namespace tacit::models
