#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

namespace {

/// What a mean over axes that are kept is taken of, or nothing; the axes go into `axes` and must agree with it.
std::string mean_of(Rewriting& graph, const std::string& value, std::vector<std::int64_t>& axes) {
  const Node* mean = graph.giver(value, "ReduceMean");
  if (mean == nullptr || mean->inputs.empty()) return {};
  std::vector<std::int64_t> found;
  if (mean->inputs.size() == 2) {
    const Tensor* constant = graph.constant(mean->inputs[1]);
    if (constant == nullptr || constant->is_float()) return {};
    found = constant->integers();
  }
  for (const Attribute& attribute : mean->attributes) {
    const auto* list = std::get_if<std::vector<std::int64_t>>(&attribute.value);
    const auto* number = std::get_if<std::int64_t>(&attribute.value);
    if (attribute.name == "axes" && list != nullptr) found = *list;
    if (attribute.name == "keepdims" && (number == nullptr || *number != 1)) return {};
  }
  if (found.empty() || (!axes.empty() && found != axes)) return {};
  axes = found;
  return mean->inputs[0];
}

struct Normalised {
  std::string x;
  std::vector<std::int64_t> axes;
  float epsilon = 0;
};

/// (x - mean) / sqrt(variance + epsilon)
std::optional<Normalised> normalised(Rewriting& graph, const Node& quotient) {
  Normalised result;
  if (quotient.inputs.size() != 2) return {};
  const auto difference = [&](const std::string& value) -> std::string {
    const Node* node = graph.giver(value, "Sub");
    if (node == nullptr || node->inputs.size() != 2) return {};
    const std::string x = mean_of(graph, node->inputs[1], result.axes);
    return x == node->inputs[0] ? x : std::string();
  };
  result.x = difference(quotient.inputs[0]);
  const Node* root = graph.giver(quotient.inputs[1], "Sqrt");
  if (result.x.empty() || root == nullptr || root->inputs.size() != 1) return {};
  const Node* sum = graph.giver(root->inputs[0], "Add");
  if (sum == nullptr) return {};
  const Rewriting::WithConstant parts = graph.split_constant(*sum);
  if (parts.constant == nullptr) return {};
  const auto epsilon = graph.number(parts.constant->name);
  const Node* square = graph.giver(mean_of(graph, parts.other, result.axes), "Pow");
  if (!epsilon || square == nullptr || square->inputs.size() != 2 || !graph.is_number(square->inputs[1], 2) ||
      difference(square->inputs[0]) != result.x)
    return {};
  result.epsilon = *epsilon;
  return result;
}

/// Whether the axes are the last ones, in order.
bool are_last(const std::vector<std::int64_t>& axes) {
  for (std::size_t i = 0; i < axes.size(); ++i)
    if (axes[i] != static_cast<std::int64_t>(i) - static_cast<std::int64_t>(axes.size())) return false;
  return true;
}

}  // namespace

void put_together_layer_norm(Rewriting& graph, Node& node) {
  if (node.operation != "Add") return;
  const Rewriting::Operands sum = graph.split(node, "Mul");
  if (sum.node == nullptr || graph.constant(sum.other) == nullptr) return;
  const Rewriting::Operands product = graph.split(*sum.node, "Div");
  if (product.node == nullptr || graph.constant(product.other) == nullptr) return;
  const auto found = normalised(graph, *product.node);
  if (!found || !are_last(found->axes)) return;
  become(node, "LayerNormalization", {found->x, product.other, sum.other},
         {{"axis", found->axes[0]}, {"epsilon", found->epsilon}});
}

}  // namespace tacit::models::onnx
