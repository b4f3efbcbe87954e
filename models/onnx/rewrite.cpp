#include "models/onnx/rewrite.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

Rewriting::Rewriting(Document& document) : document_(document) {
  for (std::size_t i = 0; i < document.nodes.size(); ++i)
    for (const std::string& output : document.nodes[i].outputs) givers_[output] = i;
  for (const Node& node : document.nodes)
    for (const std::string& input : node.inputs) ++readers_[input];
  for (const ValueInfo& output : document.outputs) ++readers_[output.name];
  for (const Tensor& tensor : document.constants) constants_[tensor.name] = &tensor;
}

Node* Rewriting::giver(const std::string& value, std::string_view operation) {
  const auto found = givers_.find(value);
  if (found == givers_.end()) return nullptr;
  Node& node = document_.nodes[found->second];
  return node.operation == operation && node.outputs[0] == value ? &node : nullptr;
}

const Tensor* Rewriting::constant(const std::string& value) const {
  const auto found = constants_.find(value);
  return found == constants_.end() ? nullptr : found->second;
}

std::optional<float> Rewriting::number(const std::string& value) const {
  const Tensor* tensor = constant(value);
  if (tensor == nullptr || !tensor->is_float() || tensor->size() != 1) return {};
  return tensor->floats()[0];
}

bool Rewriting::is_number(const std::string& value, double expected) const {
  const auto found = number(value);
  return found && std::abs(static_cast<double>(*found) - expected) <= 1e-6 * std::abs(expected);
}

bool Rewriting::is_filled(const std::string& value, float number) const {
  const Tensor* tensor = constant(value);
  return tensor != nullptr && tensor->is_float() &&
         std::all_of(tensor->floats().begin(), tensor->floats().end(), [&](float x) { return x == number; });
}

std::size_t Rewriting::readers(const std::string& value) const {
  const auto found = readers_.find(value);
  return found == readers_.end() ? 0 : found->second;
}

Rewriting::Operands Rewriting::split(const Node& node, std::string_view operation) {
  if (node.inputs.size() != 2) return {};
  for (const std::size_t side : {0, 1})
    if (Node* found = giver(node.inputs[side], operation)) return {found, node.inputs[1 - side]};
  return {};
}

Rewriting::WithConstant Rewriting::split_constant(const Node& node) const {
  if (node.inputs.size() != 2) return {};
  for (const std::size_t side : {0, 1})
    if (const Tensor* found = constant(node.inputs[side])) return {found, node.inputs[1 - side]};
  return {};
}

void become(Node& node, std::string operation, std::vector<std::string> inputs, std::vector<Attribute> attributes) {
  node.operation = std::move(operation);
  node.inputs = std::move(inputs);
  node.attributes = std::move(attributes);
}

void collect_constants(Document& document) {
  std::set<std::string> known;
  for (const Tensor& tensor : document.constants) known.insert(tensor.name);
  const auto as_constant = [](const Node& node) -> std::optional<Tensor> {
    if (node.outputs.size() != 1) return {};
    if (node.operation == "Constant" && node.inputs.empty() && node.attributes.size() == 1) {
      const Attribute& attribute = node.attributes[0];
      if (const auto* tensor = std::get_if<Tensor>(&attribute.value); tensor && attribute.name == "value")
        return *tensor;
      if (const auto* integer = std::get_if<std::int64_t>(&attribute.value); integer && attribute.name == "value_int")
        return Tensor{"", {}, std::vector{*integer}};
      if (const auto* number = std::get_if<float>(&attribute.value); number && attribute.name == "value_float")
        return Tensor{"", {}, std::vector{*number}};
      if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&attribute.value);
          integers && attribute.name == "value_ints")
        return Tensor{"", {static_cast<std::int64_t>(integers->size())}, *integers};
      if (const auto* numbers = std::get_if<std::vector<float>>(&attribute.value);
          numbers && attribute.name == "value_floats")
        return Tensor{"", {static_cast<std::int64_t>(numbers->size())}, *numbers};
    }
    return {};
  };
  // A constant that is passed on keeps its first name everywhere, so that however often it is, there is one copy.
  std::map<std::string, std::string> first_name;
  std::vector<Node> kept;
  for (Node& node : document.nodes) {
    for (std::string& input : node.inputs)
      if (const auto found = first_name.find(input); found != first_name.end()) input = found->second;
    if (node.operation == "Identity" && node.inputs.size() == 1 && node.outputs.size() == 1 &&
        known.contains(node.inputs[0])) {
      first_name[node.outputs[0]] = node.inputs[0];
      continue;
    }
    std::optional<Tensor> tensor = as_constant(node);
    if (!tensor) {
      kept.push_back(std::move(node));
      continue;
    }
    tensor->name = node.outputs[0];
    known.insert(tensor->name);
    document.constants.push_back(*std::move(tensor));
  }
  document.nodes = std::move(kept);
}

void put_together(Document& document) {
  Rewriting graph(document);
  constexpr void (*patterns[])(Rewriting&, Node&) = {
      put_together_gelu,       put_together_swish,      put_together_transposed, put_together_matmul,
      put_together_group_norm, put_together_layer_norm, put_together_softmax,    put_together_masked_pooling};
  for (Node& node : graph.nodes())
    for (const auto pattern : patterns) pattern(graph, node);
}

void drop_unused(Document& document) {
  std::set<std::string> read;
  for (const ValueInfo& output : document.outputs) read.insert(output.name);
  std::vector<Node> kept;
  for (auto node = document.nodes.rbegin(); node != document.nodes.rend(); ++node) {
    const bool used = std::any_of(node->outputs.begin(), node->outputs.end(),
                                  [&](const std::string& output) { return read.contains(output); });
    if (!used) continue;
    read.insert(node->inputs.begin(), node->inputs.end());
    kept.push_back(std::move(*node));
  }
  std::reverse(kept.begin(), kept.end());
  document.nodes = std::move(kept);
}

}  // namespace tacit::models::onnx
