#include <numbers>

#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

namespace {

/// The factors of a product of at most three values.
std::vector<std::string> factors_of(Rewriting& graph, const Node& product) {
  const Rewriting::Operands inner = graph.split(product, "Mul");
  if (inner.node == nullptr) return product.inputs;
  std::vector<std::string> all = inner.node->inputs;
  all.push_back(inner.other);
  return all;
}

/// The x of 1 + erf(x / sqrt 2), or nothing.
std::string argument(Rewriting& graph, const std::string& value) {
  const Node* sum = graph.giver(value, "Add");
  if (sum == nullptr) return {};
  const Rewriting::Operands operands = graph.split(*sum, "Erf");
  if (operands.node == nullptr || !graph.is_number(operands.other, 1) || operands.node->inputs.size() != 1) return {};
  const std::string& scaled = operands.node->inputs[0];
  if (const Node* quotient = graph.giver(scaled, "Div"); quotient && quotient->inputs.size() == 2)
    return graph.is_number(quotient->inputs[1], std::numbers::sqrt2) ? quotient->inputs[0] : std::string();
  if (const Node* product = graph.giver(scaled, "Mul"); product && product->inputs.size() == 2)
    for (const std::size_t side : {0, 1})
      if (graph.is_number(product->inputs[side], 1 / std::numbers::sqrt2)) return product->inputs[1 - side];
  return {};
}

}  // namespace

void put_together_gelu(Rewriting& graph, Node& node) {
  if (node.operation != "Mul") return;
  const std::vector<std::string> factors = factors_of(graph, node);
  if (factors.size() != 3) return;
  for (std::size_t of_erf = 0; of_erf < 3; ++of_erf) {
    const std::string x = argument(graph, factors[of_erf]);
    if (x.empty()) continue;
    const std::string &first = factors[(of_erf + 1) % 3], &second = factors[(of_erf + 2) % 3];
    if ((first == x && graph.is_number(second, 0.5)) || (second == x && graph.is_number(first, 0.5)))
      return become(node, "Gelu", {x});
  }
}

}  // namespace tacit::models::onnx
