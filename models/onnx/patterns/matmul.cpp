#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

void put_together_transposed(Rewriting& graph, Node& node) {
  if (node.operation != "MatMul" || node.inputs.size() != 2) return;
  const Node* turned = graph.giver(node.inputs[1], "Transpose");
  if (turned == nullptr || turned->inputs.size() != 1) return;
  const Tensor* weight = graph.constant(turned->inputs[0]);
  if (weight == nullptr || weight->shape.size() != 2) return;
  for (const Attribute& attribute : turned->attributes) {
    const auto* order = std::get_if<std::vector<std::int64_t>>(&attribute.value);
    if (attribute.name != "perm" || order == nullptr || *order != std::vector<std::int64_t>{1, 0}) return;
  }
  become(node, "MatMul", {node.inputs[0], weight->name}, {{of_transposed, std::int64_t{1}}});
}

void put_together_matmul(Rewriting& graph, Node& node) {
  if (node.operation != "Add") return;
  const Rewriting::Operands operands = graph.split(node, "MatMul");
  if (operands.node == nullptr || operands.node->inputs.size() != 2) return;
  const Tensor *weight = graph.constant(operands.node->inputs[1]), *bias = graph.constant(operands.other);
  if (weight == nullptr || bias == nullptr || weight->shape.size() != 2) return;
  const bool is_transposed = !operands.node->attributes.empty();
  if (bias->shape != Shape{weight->shape[is_transposed ? 0 : 1]}) return;
  become(node, "MatMul", {operands.node->inputs[0], weight->name, bias->name}, operands.node->attributes);
}

}  // namespace tacit::models::onnx
