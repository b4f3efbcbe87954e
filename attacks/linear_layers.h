#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "models/model.h"

namespace tacit::attacks {

// Of models in either precision.

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
template <class T>
std::optional<LinearLayer> first_linear_layer(const models::Model<T>& model);
/// The fully connected layer that makes the model's outputs, if it is one.
template <class T>
std::optional<LinearLayer> last_linear_layer(const models::Model<T>& model);

/// The layer, by its place in the graph, that alone reads a value and reads nothing beside it. Value 0 is the model's
/// input, value i + 1 the output of layer i.
template <class T>
std::optional<std::size_t> only_reader(const models::Model<T>& model, std::size_t value);

/// Two fully connected layers with a ReLU between them.
struct ReluBlock {
  LinearLayer first, second;
};
/// Such a block behind a value, if there is one: the first layer has a bias and reads nothing else, and its outputs go
/// through the ReLU into the second layer and nowhere else.
template <class T>
std::optional<ReluBlock> relu_block_behind(const models::Model<T>& model, std::size_t value);
/// Such a block at the model's input.
template <class T>
std::optional<ReluBlock> first_relu_block(const models::Model<T>& model);

}  // namespace tacit::attacks
