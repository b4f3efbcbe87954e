#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

void put_together_matmul(Rewriting& graph, Node& node) {
  if (node.operation != "Add") return;
  const Rewriting::Operands operands = graph.split(node, "MatMul");
  if (operands.node == nullptr || operands.node->inputs.size() != 2) return;
  const Tensor *weight = graph.constant(operands.node->inputs[1]), *bias = graph.constant(operands.other);
  if (weight == nullptr || bias == nullptr || weight->shape.size() != 2 || bias->shape != Shape{weight->shape[1]})
    return;
  become(node, "MatMul", {operands.node->inputs[0], weight->name, bias->name});
}

}  // namespace tacit::models::onnx
