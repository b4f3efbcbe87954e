#pragma once

#include <optional>
#include <vector>

#include "models/executor.h"
#include "models/graph.h"
#include "models/local_gradient.h"

namespace tacit::models {

/// Where the representation r of an example and the weights that read it lie: the input of the fully connected layer
/// that makes the model's outputs.
struct Representation {
  std::size_t size = 0;           ///< R, elements of r
  std::size_t outputs = 0;        ///< rows of the weights [outputs, R]
  std::size_t weight_offset = 0;  ///< in the flat vector
};
/// Nothing if the model's last layer is not fully connected, or nothing comes before it.
std::optional<Representation> representation_of(const Model<float>& model);

/// The exact gradient with Soteria's mask (Sun et al., CVPR 2021, Sec. 4, arXiv 2012.06043): the columns of the last
/// layer's weight gradient that belong to the elements of r which tell most about the input are zero. Those are the
/// `share` of elements, rounded to the nearest number, with the largest |r_i| / ||dr_i/dX||, the approximation that
/// the authors compute in place of ||r_i (dr_i/dX)^-1||. Over a batch these are added up, where the authors' code adds
/// up their reciprocals, which one r_i = 0 (a ReLU at rest) makes infinite. R backward passes a step.
class SoteriaGradient final : public LocalGradient {
 public:
  /// Throws Error(usage) unless 0 <= share <= 1 and the model has a representation, and examples in training do not
  /// depend on each other. The model must outlive the gradient.
  SoteriaGradient(const Model<float>& model, double share);
  void begin_step(const MaskKey& key) override;
  float estimate(std::span<const float> theta, const Examples<float>& batch, std::span<float> gradient) override;

  /// sum_b |r_i| / ||dr_i/dX|| for each element i of the representation of these inputs [count, input_size]; 0 where
  /// r_i is 0, infinite where r_i does not depend on the input.
  std::vector<double> telling(std::span<const float> theta, std::span<const float> inputs, std::size_t count);

 private:
  Representation representation_;
  Graph<float> front_;  ///< the layers before the last
  Executor<float> executor_;
  std::size_t input_size_, masked_;
  PassMode<float> mode_{};
  std::vector<float> slopes_;
};

}  // namespace tacit::models
