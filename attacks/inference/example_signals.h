#pragma once

#include <span>
#include <vector>

#include "attacks/inference/candidates.h"
#include "models/model.h"

namespace tacit::attacks {

/// What a model says of each of some examples.
struct ExampleSignals {
  std::vector<double> losses;  ///< as its predictions, not its training, give them
  /// Softmax and binary cross-entropy: ln(p / (1 - p)) of the probability p of the example's label, near to normally
  /// distributed over models (Carlini et al. 2022, arXiv 2112.03570, section V-B), from the logits without the loss of
  /// digits that p near 1 would bring; with several outputs of binary cross-entropy, of the label's own. Other losses
  /// have no probability: minus the loss.
  std::vector<double> confidences;
};

/// In double, example by example. Statistics that layers keep outside the parameters are observed on the candidates.
/// Throws Error(usage) if sizes do not fit, Error(data) as Model::targets_of and check_inputs, and naming the example
/// if the model gives a number that is not finite.
ExampleSignals signals_of(const models::Model<double>& model, std::span<const float> theta,
                          const Candidates& candidates);

/// The candidates as a double model takes them; checked against it.
struct CandidateBatch {
  std::vector<double> inputs;   ///< [count, input_size]
  std::vector<double> targets;  ///< [count, target_size]
  std::size_t input_size = 0, target_size = 0, count = 0;

  /// Throws as signals_of.
  CandidateBatch(const models::Model<double>& model, const Candidates& candidates);
  models::Examples<double> example(std::size_t index) const;
};

}  // namespace tacit::attacks
