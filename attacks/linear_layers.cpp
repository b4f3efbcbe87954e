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

}  // namespace tacit::attacks
