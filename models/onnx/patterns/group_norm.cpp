#include <algorithm>

#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

namespace {

/// A constant [channels, 1, 1, ...], or one [channels] that a node gives these axes.
struct PerChannel {
  std::string name;      ///< of the tensor; empty: it is none
  std::size_t axes = 0;  ///< with those that the node adds
  std::int64_t channels = 0;
};

/// Whether the node adds axes 1, 2, ... to a list.
bool adds_trailing_axes(const Rewriting& graph, const Node& node, std::size_t& added) {
  if (node.inputs.size() != 2 || !node.attributes.empty()) return false;
  const Tensor* axes = graph.constant(node.inputs[1]);
  if (axes == nullptr || axes->is_float()) return false;
  added = axes->size();
  for (std::size_t i = 0; i < added; ++i)
    if (axes->integers()[i] != static_cast<std::int64_t>(i) + 1) return false;
  return added > 0;
}

PerChannel per_channel(Rewriting& graph, const std::string& value) {
  const Tensor* tensor = graph.constant(value);
  std::size_t added = 0;
  // An exporter that folds no constants leaves the weight a list and unsqueezes it in the graph.
  if (const Node* node = graph.giver(value, "Unsqueeze"); tensor == nullptr && node != nullptr) {
    if (!adds_trailing_axes(graph, *node, added)) return {};
    tensor = graph.constant(node->inputs[0]);
    if (tensor != nullptr && tensor->shape.size() != 1) return {};
  }
  if (tensor == nullptr || !tensor->is_float() || tensor->shape.empty() ||
      tensor->shape[0] != static_cast<std::int64_t>(tensor->size()))
    return {};
  return {tensor->name, tensor->shape.size() + added, tensor->shape[0]};
}

/// The groups of a reshape to [0, groups, -1], or 0.
std::int64_t groups_of(const Tensor* target) {
  if (target == nullptr || target->is_float() || target->size() != 3) return 0;
  const std::vector<std::int64_t>& extents = target->integers();
  return extents[0] == 0 && extents[2] == -1 ? std::max<std::int64_t>(extents[1], 0) : 0;
}

}  // namespace

// Add(Mul(Reshape(InstanceNormalization(Reshape(x, [0, groups, -1]), 1, 0), shape), weight), bias)
void put_together_group_norm(Rewriting& graph, Node& node) {
  if (node.operation != "Add") return;
  const Rewriting::Operands sum = graph.split(node, "Mul");
  // The product is to give another value, so nothing else may read it.
  if (sum.node == nullptr || graph.readers(sum.node->outputs[0]) != 1) return;
  const PerChannel bias = per_channel(graph, sum.other);
  if (bias.name.empty()) return;
  const Rewriting::Operands product = graph.split(*sum.node, "Reshape");
  if (product.node == nullptr) return;
  const PerChannel weight = per_channel(graph, product.other);
  if (weight.name.empty() || weight.axes != bias.axes || weight.channels != bias.channels) return;
  const Node& back = *product.node;
  if (back.inputs.size() != 2) return;
  const Node* normalised = graph.giver(back.inputs[0], "InstanceNormalization");
  if (normalised == nullptr || normalised->inputs.size() != 3 || !graph.is_filled(normalised->inputs[1], 1) ||
      !graph.is_filled(normalised->inputs[2], 0))
    return;
  const Node* there = graph.giver(normalised->inputs[0], "Reshape");
  if (there == nullptr || there->inputs.size() != 2) return;
  const std::int64_t groups = groups_of(graph.constant(there->inputs[1]));
  if (groups == 0) return;

  std::vector<Attribute> attributes = normalised->attributes;
  attributes.push_back({"num_groups", groups});
  attributes.push_back({axes_of_scale, static_cast<std::int64_t>(weight.axes)});
  // The sum becomes the second reshape, so that its target is held against the shape that it must give back.
  const std::vector<std::string> inputs = {there->inputs[0], weight.name, bias.name};
  become(node, "Reshape", {sum.node->outputs[0], back.inputs[1]}, back.attributes);
  become(*sum.node, "GroupNormalization", inputs, attributes);
}

}  // namespace tacit::models::onnx
