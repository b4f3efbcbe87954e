#pragma once

#include <span>
#include <vector>

#include "models/graph.h"
#include "models/model.h"

namespace tacit::attacks {

/// What passes through a model on its way, as a function of the inputs: some of its graph's values, computed as in
/// training, and the gradient of any function of them. The part of the model that leads to them becomes a model of its
/// own, whose squared error with targets o - u at outputs o has a gradient proportional to J^T u.
class CapturedValues {
 public:
  /// Values as models/graph.h numbers them.
  CapturedValues(const models::Model<double>& model, std::span<const double> theta,
                 const std::vector<std::size_t>& values);

  /// All values of a batch [count, input_size], each [count, its size]; valid until the next call.
  std::vector<std::span<const double>> forward(std::span<const double> inputs, std::size_t count);
  /// After `forward` of the same inputs: adds the gradient in the inputs of a function whose slopes in the values are
  /// these, each of the size of its value.
  void pull_back(std::span<const double> inputs, std::size_t count, const std::vector<std::vector<double>>& slopes,
                 std::span<double> input_gradient);

 private:
  models::Model<double> part_;
  std::vector<double> theta_;
  std::vector<std::size_t> sizes_;  ///< of the values, one example
  std::size_t first_capture_ = 0;   ///< node of the part that takes the first value
  models::Evaluation<double> evaluation_;
  std::vector<double> outputs_, targets_, target_gradient_, gradient_;
};

}  // namespace tacit::attacks
