#pragma once

#include <cstddef>
#include <span>

#include "attacks/observation.h"
#include "models/model.h"

namespace tacit::attacks {

/// What a penalty on a whole candidate batch may look at. Everything outlives the penalty.
struct PenaltyEvidence {
  const models::Model<double>& model;
  std::span<const double> theta;     ///< as sent
  std::span<const double> gradient;  ///< observed, up to a positive factor
  const Observation& observation;
  std::size_t count;  ///< candidates
};

/// A belief about the candidates of one run together, through the model. One thread at a time.
class BatchPenalty {
 public:
  virtual ~BatchPenalty() = default;
  /// Returns the weighted penalty and adds its gradient to `input_gradient` [count, input_size].
  virtual double add(const models::Examples<double>& batch, std::span<double> input_gradient) = 0;
};

}  // namespace tacit::attacks
