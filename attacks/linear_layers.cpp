#include "attacks/linear_layers.h"

#include <algorithm>

#include "models/graph.h"

namespace tacit::attacks {
namespace {

using Node = models::Graph<double>::Node;

std::optional<LinearLayer> as_linear(const Node& node) {
  if (node.layer->type() != "linear") return {};
  LinearLayer layer;
  std::size_t offset = node.theta_offset;
  for (const auto& parameter : node.layer->parameters()) {
    if (parameter.name == "weight") {
      layer.weight_offset = offset;
      layer.outputs = static_cast<std::size_t>(parameter.shape.at(0));
      layer.inputs = static_cast<std::size_t>(parameter.shape.at(1));
    } else if (parameter.name == "bias") {
      layer.bias_offset = offset;
    }
    offset += element_count(parameter.shape);
  }
  return layer;
}

/// The node that alone uses a value, and nothing beside it.
const Node* only_user(const models::Graph<double>& graph, std::size_t value) {
  const Node* user = nullptr;
  for (const Node& node : graph.nodes()) {
    if (std::find(node.inputs.begin(), node.inputs.end(), value) == node.inputs.end()) continue;
    if (user != nullptr || node.inputs.size() != 1) return nullptr;
    user = &node;
  }
  return user;
}

}  // namespace

std::optional<LinearLayer> first_linear_layer(const models::Model<double>& model) {
  for (const Node& node : model.graph().nodes()) {
    if (std::find(node.inputs.begin(), node.inputs.end(), models::Graph<double>::input) == node.inputs.end()) continue;
    if (const auto layer = as_linear(node)) return layer;
  }
  return {};
}

std::optional<LinearLayer> last_linear_layer(const models::Model<double>& model) {
  return as_linear(model.graph().nodes().back());
}

std::optional<ReluBlock> first_relu_block(const models::Model<double>& model) {
  const auto& graph = model.graph();
  const auto value_of = [&](const Node* node) { return static_cast<std::size_t>(node - graph.nodes().data()) + 1; };
  const Node* first = only_user(graph, models::Graph<double>::input);
  const Node* relu = first != nullptr ? only_user(graph, value_of(first)) : nullptr;
  const Node* second = relu != nullptr ? only_user(graph, value_of(relu)) : nullptr;
  if (second == nullptr || relu->layer->type() != "relu") return {};
  const auto front = as_linear(*first), back = as_linear(*second);
  if (!front || !front->bias_offset || !back) return {};
  return ReluBlock{*front, *back};
}

}  // namespace tacit::attacks
