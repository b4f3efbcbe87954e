#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

namespace {

/// Whether an input is a constant list of one integer.
bool is_axis(const Rewriting& graph, const Node& node, std::int64_t axis, std::int64_t or_axis) {
  if (node.inputs.size() != 2) return false;
  const Tensor* axes = graph.constant(node.inputs[1]);
  return axes != nullptr && !axes->is_float() && axes->size() == 1 &&
         (axes->integers()[0] == axis || axes->integers()[0] == or_axis);
}

/// What a value is the sum over the tokens of, its axis kept or not; or nothing.
std::string summed(Rewriting& graph, const std::string& value, bool keeps) {
  const Node* sum = graph.giver(value, "ReduceSum");
  if (sum == nullptr || !is_axis(graph, *sum, 1, keeps ? -1 : -2)) return {};
  bool kept = true;
  for (const Attribute& attribute : sum->attributes) {
    const auto* number = std::get_if<std::int64_t>(&attribute.value);
    if (attribute.name == "keepdims" && number != nullptr) kept = *number != 0;
  }
  return kept == keeps ? sum->inputs[0] : std::string();
}

/// The truths that a value is the floats of; or nothing.
std::string truths_of(Rewriting& graph, const std::string& value) {
  const Node* cast = graph.giver(value, "Cast");
  return cast != nullptr && cast->inputs.size() == 1 ? cast->inputs[0] : std::string();
}

struct WeightedTokens {
  std::string x, factors;
};

/// x [batch, tokens, width] times factors [batch, tokens], which get an axis.
WeightedTokens weighted(Rewriting& graph, const std::string& value) {
  const Node* product = graph.giver(value, "Mul");
  if (product == nullptr) return {};
  const Rewriting::Operands operands = graph.split(*product, "Unsqueeze");
  if (operands.node == nullptr || !is_axis(graph, *operands.node, 2, -1)) return {};
  return {operands.other, operands.node->inputs[0]};
}

/// Of Equal(0 1 2 .., ArgMax(factors times 1 2 3 ..)): the truths behind the factors.
std::string last_of(Rewriting& graph, const std::string& value) {
  const Node* equal = graph.giver(value, "Equal");
  if (equal == nullptr) return {};
  const Rewriting::Operands operands = graph.split(*equal, "ArgMax");
  const Tensor* indices = graph.constant(operands.other);
  if (operands.node == nullptr || indices == nullptr || indices->is_float() || operands.node->inputs.size() != 1)
    return {};
  for (const Attribute& attribute : operands.node->attributes)
    if (const auto* number = std::get_if<std::int64_t>(&attribute.value); number == nullptr || *number != 1) return {};
  const Node* product = graph.giver(operands.node->inputs[0], "Mul");
  if (product == nullptr || operands.node->attributes.size() != 2) return {};
  const Rewriting::WithConstant places = graph.split_constant(*product);
  if (places.constant == nullptr || !places.constant->is_float() || places.constant->shape.size() != 1 ||
      indices->shape != places.constant->shape)
    return {};
  for (std::size_t i = 0; i < indices->size(); ++i)
    if (indices->integers()[i] != static_cast<std::int64_t>(i) ||
        places.constant->floats()[i] != static_cast<float>(i + 1))
      return {};
  return truths_of(graph, places.other);
}

}  // namespace

// Div(ReduceSum(x m), ReduceSum(m)) with m the floats of truths; ReduceSum(x m) with m 1 at the last true one only.
void put_together_masked_pooling(Rewriting& graph, Node& node) {
  if (node.operation == "Div" && node.inputs.size() == 2) {
    const WeightedTokens tokens = weighted(graph, summed(graph, node.inputs[0], false));
    const std::string truths = truths_of(graph, tokens.factors);
    if (!truths.empty() && summed(graph, node.inputs[1], true) == tokens.factors)
      become(node, masked_mean, {tokens.x, truths});
  } else if (node.operation == "ReduceSum" && !node.outputs.empty()) {
    const WeightedTokens tokens = weighted(graph, summed(graph, node.outputs[0], false));
    const std::string truths = last_of(graph, truths_of(graph, tokens.factors));
    if (!truths.empty()) become(node, masked_last, {tokens.x, truths});
  }
}

}  // namespace tacit::models::onnx
