#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/graph.h"

namespace tacit::models {

/// Floating-point operations of one example's forward pass through a layer. Each addition, multiplication, division,
/// comparison, square root and call of an elementary function (exp, tanh, erf) counts as one, so a multiply-add counts
/// as two; copies count nothing, and padding counts as pixels. With n elements of the output:
///   linear          2 times the weights: sums start from the bias
///   conv2d          2 times the weights times the positions
///   max_pool, average_pool   the pixels of a window, times n
///   relu 1, leaky_relu 2, tanh 1, sigmoid 4, gelu 4, silu 5, softmax 5, log_softmax 5, times n
///   layer_norm, group_norm   7 n and 4 for every run: mean, difference, square, sum, scale, weight, bias
///   add             n for every input but the first
///   batch_norm      4 n and 3 for every channel, in evaluation
///   positional_embedding   n; token_mean   the elements that it takes
///   attention       its projections; 4 tokens^2 width for two products, 6 tokens^2 for every head
///   flatten, reshape, concatenate, dropout, embedding, class_token, image_tokens, token_select   0
///   quantum         those of the compiled circuit (quantum_sim/compile/compile_summary.h)
/// Nothing for a layer of another type.
std::optional<std::uint64_t> forward_operations(const Layer<float>& layer);

struct LayerSummary {
  std::string name, type;
  std::vector<std::string> inputs;  ///< names of layers, or "input"
  Shape output_shape;               ///< of one example
  std::uint64_t parameters = 0;     ///< that training changes
  std::uint64_t fixed = 0;          ///< that it does not
  std::optional<std::uint64_t> operations;
};

struct ModelSummary {
  Shape input_shape;  ///< of one example
  std::vector<LayerSummary> layers;
  std::uint64_t parameters = 0, fixed = 0;  ///< of all layers
  std::uint64_t operations = 0;             ///< of the layers whose operations are known
};

ModelSummary summarise(const Graph<float>& graph);

}  // namespace tacit::models
