#include <algorithm>

#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

namespace {

/// A constant [channels, 1, 1, ...].
bool is_per_channel(const Tensor* tensor) {
  return tensor != nullptr && tensor->is_float() && !tensor->shape.empty() &&
         tensor->shape[0] == static_cast<std::int64_t>(tensor->size());
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
  const Tensor* bias = graph.constant(sum.other);
  if (!is_per_channel(bias)) return;
  const Rewriting::Operands product = graph.split(*sum.node, "Reshape");
  if (product.node == nullptr) return;
  const Tensor* weight = graph.constant(product.other);
  if (!is_per_channel(weight) || weight->shape != bias->shape) return;
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
  attributes.push_back({axes_of_scale, static_cast<std::int64_t>(weight->shape.size())});
  // The sum becomes the second reshape, so that its target is held against the shape that it must give back.
  const std::vector<std::string> inputs = {there->inputs[0], product.other, sum.other};
  become(node, "Reshape", {sum.node->outputs[0], back.inputs[1]}, back.attributes);
  become(*sum.node, "GroupNormalization", inputs, attributes);
}

}  // namespace tacit::models::onnx
