#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/config.h"
#include "models/layer.h"

namespace tacit::models {

/// The types that a [[model.layers]] table may name.
const std::vector<std::string>& layer_types();

/// Builds the layer of type `type` (one of layer_types) that a table describes, for inputs of the given shapes (one at
/// least). Asks the table for the keys of that type. Throws Error(configuration) with file, line and key.
///
///   linear:  outputs, bias (default true), initial_range (default 1/sqrt(inputs)), per_token (false)
///   conv2d:  channels, kernel, stride (1), padding (0), dilation (1), groups (1), bias (true), initial_range
///   max_pool, average_pool: kernel, stride (that of the kernel), padding (0)
///   layer_norm: epsilon (1e-5), per_token (false); group_norm: groups, epsilon (1e-5)
///   batch_norm: statistics (averaged; local, frozen), epsilon (1e-5), momentum (0.1; of averaged)
///   dropout: rate (0.5)
///   embedding: vocabulary, width, padding (none), initial_deviation (1)
///   attention: heads, causal (false), bias (true), out_bias (that of bias); token_select: token (first, last)
///   positional_embedding, class_token, image_tokens, token_mean: nothing
///   attention, token_mean, token_select of the last token also with two inputs, a sequence and its token ids: padding
///   leaky_relu: negative_slope (0.01); reshape: shape
///   relu, tanh, sigmoid, gelu, silu, softmax, log_softmax, flatten, global_average_pool: nothing
///   add, concatenate: nothing; these two take several inputs
///   quantum: the keys of circuit_from_config, and output_scale (default 1), a factor on the expectation values
template <class T>
std::shared_ptr<const Layer<T>> build_layer(const std::string& type, ConfigTable& table,
                                            const std::vector<Shape>& input_shapes);

}  // namespace tacit::models
