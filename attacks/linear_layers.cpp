#include "attacks/linear_layers.h"

#include <algorithm>

#include "models/graph.h"

namespace tacit::attacks {
namespace {

template <class T>
std::optional<LinearLayer> as_linear(const typename models::Graph<T>::Node& node) {
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

template <class T>
std::optional<LinearLayer> first_linear_layer(const models::Model<T>& model) {
  for (const auto& node : model.graph().nodes()) {
    if (std::find(node.inputs.begin(), node.inputs.end(), models::Graph<T>::input) == node.inputs.end()) continue;
    if (const auto layer = as_linear<T>(node)) return layer;
  }
  return {};
}

template <class T>
std::optional<LinearLayer> last_linear_layer(const models::Model<T>& model) {
  return as_linear<T>(model.graph().nodes().back());
}

template <class T>
std::optional<std::size_t> only_reader(const models::Model<T>& model, std::size_t value) {
  const auto& nodes = model.graph().nodes();
  std::optional<std::size_t> reader;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (std::find(nodes[i].inputs.begin(), nodes[i].inputs.end(), value) == nodes[i].inputs.end()) continue;
    if (reader || nodes[i].inputs.size() != 1) return {};
    reader = i;
  }
  return reader;
}

template <class T>
std::optional<ReluBlock> relu_block_behind(const models::Model<T>& model, std::size_t value) {
  const auto& nodes = model.graph().nodes();
  const auto first = only_reader(model, value);
  const auto relu = first ? only_reader(model, *first + 1) : std::nullopt;
  const auto second = relu ? only_reader(model, *relu + 1) : std::nullopt;
  if (!second || nodes[*relu].layer->type() != "relu") return {};
  const auto front = as_linear<T>(nodes[*first]), back = as_linear<T>(nodes[*second]);
  if (!front || !front->bias_offset || !back) return {};
  return ReluBlock{*front, *back};
}

template <class T>
std::optional<ReluBlock> first_relu_block(const models::Model<T>& model) {
  return relu_block_behind(model, models::Graph<T>::input);
}

template std::optional<LinearLayer> first_linear_layer(const models::Model<float>&);
template std::optional<LinearLayer> first_linear_layer(const models::Model<double>&);
template std::optional<LinearLayer> last_linear_layer(const models::Model<float>&);
template std::optional<LinearLayer> last_linear_layer(const models::Model<double>&);
template std::optional<std::size_t> only_reader(const models::Model<float>&, std::size_t);
template std::optional<std::size_t> only_reader(const models::Model<double>&, std::size_t);
template std::optional<ReluBlock> relu_block_behind(const models::Model<float>&, std::size_t);
template std::optional<ReluBlock> relu_block_behind(const models::Model<double>&, std::size_t);
template std::optional<ReluBlock> first_relu_block(const models::Model<float>&);
template std::optional<ReluBlock> first_relu_block(const models::Model<double>&);

}  // namespace tacit::attacks
