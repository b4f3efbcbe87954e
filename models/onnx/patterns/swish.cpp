#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

void put_together_swish(Rewriting& graph, Node& node) {
  if (node.operation != "Mul") return;
  const Rewriting::Operands operands = graph.split(node, "Sigmoid");
  if (operands.node != nullptr && operands.node->inputs == std::vector{operands.other})
    become(node, "Swish", {operands.other});
}

}  // namespace tacit::models::onnx
