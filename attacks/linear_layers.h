#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "models/model.h"

namespace tacit::attacks {

/// Where the gradient of a fully connected layer lies in the flat vector. Weights are row-major [outputs, inputs].
struct LinearLayer {
  std::size_t outputs = 0, inputs = 0;
  std::size_t weight_offset = 0;
  std::optional<std::size_t> bias_offset;

  std::span<const double> weight_row(std::span<const double> flat, std::size_t row) const {
    return flat.subspan(weight_offset + row * inputs, inputs);
  }
  /// Empty if the layer has no bias.
  std::span<const double> bias(std::span<const double> flat) const {
    return bias_offset ? flat.subspan(*bias_offset, outputs) : std::span<const double>();
  }
};

/// The fully connected layer that the model's input goes into, if there is one.
std::optional<LinearLayer> first_linear_layer(const models::Model<double>& model);
/// The fully connected layer that makes the model's outputs, if it is one.
std::optional<LinearLayer> last_linear_layer(const models::Model<double>& model);

/// Two fully connected layers with a ReLU between them.
struct ReluBlock {
  LinearLayer first, second;
};
/// Such a block at the model's input, if there is one: the first layer has a bias and reads nothing but the input, and
/// its outputs go through the ReLU into the second layer and nowhere else.
std::optional<ReluBlock> first_relu_block(const models::Model<double>& model);

}  // namespace tacit::attacks
