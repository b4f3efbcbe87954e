#include "models/summary.h"

#include "models/layers/attention_heads.h"
#include "models/layers/composite.h"
#include "models/layers/convolution.h"
#include "models/layers/normalization.h"
#include "models/layers/per_token.h"
#include "models/layers/pooling.h"
#include "models/layers/quantum.h"
#include "quantum_sim/compile/compile_summary.h"

namespace tacit::models {

namespace {

using Count = std::uint64_t;

Count outputs_of(const Layer<float>& layer) {
  return element_count(layer.output_shape());
}

Count weights_of(const Layer<float>& layer) {
  return element_count(layer.parameters().front().shape);
}

Count linear(const Layer<float>& layer) {
  return 2 * weights_of(layer);
}

Count convolution(const Layer<float>& layer) {
  return 2 * weights_of(layer) * dynamic_cast<const Convolution<float>&>(layer).windows().positions();
}

Count pooling(const Layer<float>& layer) {
  const kernels::ImageWindows& windows = dynamic_cast<const PoolingLayer<float>&>(layer).windows();
  return outputs_of(layer) * windows.kernel[0] * windows.kernel[1];
}

template <Count each>
Count pointwise(const Layer<float>& layer) {
  return each * outputs_of(layer);
}

Count normalization(const Layer<float>& layer) {
  return 7 * outputs_of(layer) + 4 * dynamic_cast<const Normalization<float>&>(layer).runs();
}

Count sum(const Layer<float>& layer) {
  return (layer.input_shapes().size() - 1) * outputs_of(layer);
}

Count batch_normalization(const Layer<float>& layer) {
  return 4 * outputs_of(layer) + 3 * weights_of(layer);
}

Count inputs_of(const Layer<float>& layer) {
  return element_count(layer.input_shapes()[0]);
}

/// Q K^T and P V, two multiply-adds of the width for every pair of tokens; scale and softmax, six for every head.
Count attention(const Layer<float>& layer) {
  const Count tokens = static_cast<Count>(layer.output_shape()[0]), width = static_cast<Count>(layer.output_shape()[1]);
  return tokens * tokens * (4 * width + 6 * dynamic_cast<const AttentionHeads<float>&>(layer).heads());
}

Count parts(const Layer<float>& layer) {
  Count all = 0;
  for (const auto& node : dynamic_cast<const Composite<float>&>(layer).graph().nodes())
    all += forward_operations(*node.layer).value_or(0);
  return all;
}

Count nothing(const Layer<float>&) {
  return 0;
}

Count circuit(const Layer<float>& layer) {
  const auto& quantum = dynamic_cast<const Quantum<float>&>(layer);
  return static_cast<Count>(
      quantum_sim::summarise_compilation(quantum.circuit(), quantum.observables()).forward_operations);
}

struct Rule {
  std::string_view type;
  Count (*operations)(const Layer<float>&);
};
constexpr Rule rules[] = {
    {"linear", linear},
    {"conv2d", convolution},
    {"max_pool", pooling},
    {"average_pool", pooling},
    {"relu", pointwise<1>},
    {"leaky_relu", pointwise<2>},
    {"tanh", pointwise<1>},
    {"sigmoid", pointwise<4>},
    {"gelu", pointwise<4>},
    {"silu", pointwise<5>},
    {"softmax", pointwise<5>},
    {"log_softmax", pointwise<5>},
    {"layer_norm", normalization},
    {"group_norm", normalization},
    {"add", sum},
    {"concatenate", nothing},
    {"flatten", nothing},
    {"reshape", nothing},
    {"quantum", circuit},
    {"batch_norm", batch_normalization},
    {"dropout", nothing},
    {"embedding", nothing},
    {"positional_embedding", pointwise<1>},
    {"class_token", nothing},
    {"image_tokens", nothing},
    {"attention", parts},
    {"attention_heads", attention},
    {"token_mean", inputs_of},
    {"token_select", nothing},
};

}  // namespace

std::optional<std::uint64_t> forward_operations(const Layer<float>& layer) {
  if (const auto* tokens = dynamic_cast<const PerToken<float>*>(&layer)) {
    const auto each = forward_operations(tokens->inner());
    return each ? std::optional(tokens->tokens() * *each) : std::nullopt;
  }
  for (const Rule& rule : rules)
    if (rule.type == layer.type()) return rule.operations(layer);
  return {};
}

ModelSummary summarise(const Graph<float>& graph) {
  ModelSummary summary;
  summary.input_shape = graph.shape(Graph<float>::input);
  for (const auto& node : graph.nodes()) {
    LayerSummary layer{node.name, std::string(node.layer->type()), {}, node.layer->output_shape(), 0, 0, {}};
    for (const auto value : node.inputs)
      layer.inputs.push_back(value == Graph<float>::input ? "input" : graph.nodes()[value - 1].name);
    for (const auto& declaration : node.layer->parameters())
      (declaration.trained ? layer.parameters : layer.fixed) += element_count(declaration.shape);
    layer.operations = forward_operations(*node.layer);
    summary.parameters += layer.parameters;
    summary.fixed += layer.fixed;
    summary.operations += layer.operations.value_or(0);
    summary.layers.push_back(std::move(layer));
  }
  return summary;
}

}  // namespace tacit::models
