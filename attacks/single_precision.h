#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "attacks/model_passes.h"
#include "attacks/objectives/objective.h"
#include "models/model.h"

namespace tacit::attacks {

/// What an attack in single precision compares candidates with: model, parameters and observed gradient in float.
struct SingleTarget {
  models::Model<float> model;
  std::vector<float> theta, gradient;
};

/// D(g(x, y)) and its gradient with the model's passes and the objective in float: half the bytes of double, and the
/// precision that published attacks run in. Candidates and results stay in double outside.
class SingleMatch {
 public:
  /// Both must outlive this. `count` candidates.
  SingleMatch(const SingleTarget& target, const Objective& objective, std::size_t count);

  double distance(const models::Examples<double>& candidates);
  /// After `distance`, of the same candidates.
  void pull_back(std::span<double> inputs, std::span<double> targets);

 private:
  models::Examples<float> candidates() const { return {inputs_, targets_, count_}; }

  const SingleTarget& target_;
  const Objective& objective_;
  std::size_t count_;
  OwnPasses<float> passes_;
  std::vector<float> inputs_, targets_, input_gradient_, target_gradient_, gradient_, direction_;
};

}  // namespace tacit::attacks
