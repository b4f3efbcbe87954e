#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "attacks/linear_layers.h"
#include "models/kernels/image_windows.h"
#include "models/model.h"

namespace tacit::attacks {

/// An activation that can be undone.
class InvertibleActivation {
 public:
  enum class Kind { none, leaky_relu, tanh, sigmoid };
  InvertibleActivation() = default;
  InvertibleActivation(Kind kind, double negative_slope) : kind_(kind), negative_slope_(negative_slope) {}

  Kind kind() const noexcept { return kind_; }
  /// The z with f(z) = a. Values that f does not take are moved to the nearest that it does.
  double inverse(double a) const;
  /// f'(z) at the z with f(z) = a.
  double slope(double a) const;

 private:
  Kind kind_ = Kind::none;
  double negative_slope_ = 1;
};

/// One weighted layer, fully connected or a convolution, and the activation behind it: a = f(W x + b).
struct ChainStage {
  std::string name;
  std::size_t inputs = 0, outputs = 0;
  std::size_t weight_offset = 0, weight_size = 0;
  std::optional<std::size_t> bias_offset;
  std::size_t bias_size = 0;
  std::optional<models::kernels::ImageWindows> windows;  ///< of a convolution without groups
  InvertibleActivation activation;
};

/// The layers of a model that is a chain of such stages. Throws Error(configuration), naming `part` and the layer, if
/// the model holds anything else, or layers with several users.
std::vector<ChainStage> invertible_chain(const models::Model<double>& model, const std::string& part);

}  // namespace tacit::attacks
