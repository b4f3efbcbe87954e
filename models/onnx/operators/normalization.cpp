#include "models/layers/normalization.h"

#include <algorithm>

#include "models/layers/batch_norm.h"
#include "models/onnx/operators/operators.h"
#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

namespace {

std::string epsilon_of(NodeImport& node) {
  return fmt::format("epsilon = {}\n", node.number("epsilon", 1e-5f));
}

/// One value a group as one value a channel.
std::vector<float> spread(const std::vector<float>& of_groups, std::int64_t channels) {
  std::vector<float> result;
  const std::size_t each = static_cast<std::size_t>(channels) / of_groups.size();
  for (const float value : of_groups) result.insert(result.end(), each, value);
  return result;
}

}  // namespace

// Statistics that the file brings go on as the model's.
void import_batch_normalization(NodeImport& node) {
  node.expect_inputs(5, 5);
  node.ignore("training_mode");  // what training does here is for the run to say
  const Activation x = node.activation(0);
  const Shape channels = {x.shape[0]};
  // The format keeps a share of the old statistics, the layer takes one of the new; 0.9 is meant, not its float.
  const double kept = std::stod(fmt::format("{}", node.number("momentum", 0.9f)));
  if (!(kept >= 0 && kept < 1)) node.refuse_attribute("momentum", kept, "a number of 0 at least and below 1");
  node.layer("batch_norm", fmt::format("momentum = {:.6g}\n{}", 1 - kept, epsilon_of(node)), {x},
             {{"weight", node.weights(1, channels)},
              {"bias", node.weights(2, channels)},
              {"running_mean", node.weights(3, channels)},
              {"running_var", node.weights(4, channels)}},
             node.input_name(1));
}

void import_layer_normalization(NodeImport& node) {
  node.expect_inputs(2, 3);
  node.ignore("stash_type");  // the precision in which others compute
  const Activation x = node.activation(0);
  const std::int64_t axis = node.integer("axis", -1);
  const std::size_t first = node.example_axis(axis, x.shape);
  const bool per_token = first == 1 && x.shape.size() == 2;
  if (first != 0 && !per_token)
    node.refuse_attribute("axis", axis,
                          fmt::format("1, or the last of a sequence: the example has shape {}", to_string(x.shape)));
  const Shape shape(x.shape.begin() + static_cast<std::ptrdiff_t>(first), x.shape.end());
  std::vector<LayerWeight> weights = {{"weight", node.weights(1, shape)},
                                      {"bias", std::vector<float>(element_count(shape), 0.0f)}};
  if (node.has_input(2)) weights[1].values = node.weights(2, shape);
  node.layer("layer_norm", epsilon_of(node) + (per_token ? "per_token = true\n" : ""), {x}, weights,
             node.input_name(1));
}

void import_group_normalization(NodeImport& node) {
  node.expect_inputs(3, 3);
  node.ignore("stash_type");
  const Activation x = node.activation(0);
  const std::int64_t channels = x.shape[0], groups = node.integer("num_groups");
  if (groups < 1 || channels % groups != 0)
    node.refuse_attribute("num_groups", groups, fmt::format("a divisor of the {} channels", channels));
  // Before operator set 21 there was one weight a group; a decomposition has one a channel, shaped to be multiplied.
  Shape shape = {channels};
  const std::int64_t axes = node.integer(axes_of_scale, 0);
  if (axes != 0) shape.resize(x.shape.size(), 1);
  const bool one_a_group = axes == 0 && node.operator_set() < 21;
  if (one_a_group) shape = {groups};
  // A weight whose axes a node adds is still a list itself.
  const bool has_all_axes = axes == static_cast<std::int64_t>(x.shape.size());
  const auto own_shape = [&](std::size_t i) {
    return has_all_axes && node.constant(i).shape.size() == 1 ? Shape{channels} : shape;
  };
  std::vector<LayerWeight> weights = {{"weight", node.weights(1, own_shape(1))},
                                      {"bias", node.weights(2, own_shape(2))}};
  if (one_a_group)
    for (LayerWeight& weight : weights) weight.values = spread(weight.values, channels);
  node.layer("group_norm", fmt::format("groups = {}\n{}", groups, epsilon_of(node)), {x}, weights, node.input_name(1));
}

// Every channel is a group.
void import_instance_normalization(NodeImport& node) {
  node.expect_inputs(3, 3);
  const Activation x = node.activation(0);
  if (x.shape.size() < 2)
    node.refuse("takes an example of shape {}, expected channels and one more axis at least", to_string(x.shape));
  const std::vector<LayerWeight> weights = {{"weight", node.weights(1, {x.shape[0]})},
                                            {"bias", node.weights(2, {x.shape[0]})}};
  node.layer("group_norm", fmt::format("groups = {}\n{}", x.shape[0], epsilon_of(node)), {x}, weights,
             node.input_name(1));
}

void export_batch_norm(LayerExport& layer) {
  const BatchNormOptions& options = layer.layer_as<BatchNorm<float>>().options();
  if (options.statistics == BatchStatistics::local)
    layer.refuse("keeps its statistics where its data are, so that a file cannot hold them");
  // A layer takes a variance below 0, which noise may bring, as 0.
  const std::span<const float> found = layer.parameter_values("running_var");
  std::vector<float> variance(found.begin(), found.end());
  for (float& value : variance) value = std::max(value, 0.0f);
  const std::vector<std::string> inputs = {
      layer.input(0), layer.parameter("weight"), layer.parameter("bias"), layer.parameter("running_mean"),
      layer.constant("running_var", {static_cast<std::int64_t>(variance.size())}, variance)};
  layer.give(layer.node(
      "BatchNormalization", inputs,
      {{"epsilon", static_cast<float>(options.epsilon)}, {"momentum", static_cast<float>(1 - options.momentum)}}));
}

// Axes from here on are normalised: those of a token, or all of an example.
void export_layer_norm(LayerExport& layer) {
  const auto epsilon = static_cast<float>(layer.layer_as<Normalization<float>>().epsilon());
  layer.give(layer.node("LayerNormalization", {layer.input(0), layer.parameter("weight"), layer.parameter("bias")},
                        {{"axis", std::int64_t{layer.is_per_token() ? 2 : 1}}, {"epsilon", epsilon}}));
}

// Operator set 17 normalises channels only: the groups become channels, and come back as what they were.
void export_group_norm(LayerExport& layer) {
  const auto& normalization = layer.layer_as<Normalization<float>>();
  const std::size_t groups = normalization.runs();
  const Shape& shape = layer.input_shape(0);
  const Shape of_groups = {static_cast<std::int64_t>(groups)};
  const std::string grouped =
      layer.node("Reshape", {layer.input(0), layer.constant("groups", std::vector<std::int64_t>{0, of_groups[0], -1})});
  const std::string normalised = layer.node("InstanceNormalization",
                                            {grouped, layer.constant("ones", of_groups, std::vector<float>(groups, 1)),
                                             layer.constant("zeros", of_groups, std::vector<float>(groups, 0))},
                                            {{"epsilon", static_cast<float>(normalization.epsilon())}});
  Shape of_channels(shape.size(), 1);
  of_channels[0] = shape[0];
  const std::string back = layer.reshape(normalised, shape);
  const std::string scaled = layer.node("Mul", {back, layer.parameter("weight", of_channels)});
  layer.give(layer.node("Add", {scaled, layer.parameter("bias", of_channels)}));
}

}  // namespace tacit::models::onnx
