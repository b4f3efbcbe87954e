#include "models/onnx/known_values.h"

#include <algorithm>

#include "models/onnx/importer.h"
#include "models/onnx/known_arithmetic.h"
#include "models/onnx/known_movement.h"

namespace tacit::models::onnx {

namespace {

/// Whether a constant is repeated for every example, which is for the operator's import to say.
bool repeats_for_batch(const NodeImport& node) {
  if (node.operation() == "ConstantOfShape" && node.inputs() == 1) {
    const KnownValues shape = known_values(node, 0);
    return !shape.values.empty() && shape.values[0].of_batch;
  }
  if (node.operation() != "Expand" || node.inputs() != 2) return false;
  const KnownValues from = known_values(node, 0), target = known_values(node, 1);
  if (from.values.size() == 1 && !target.values.empty() && target.values[0].of_batch) return true;
  if (from.shape.size() != target.values.size() || from.shape.empty() || from.shape[0] != 1) return false;
  return target.values[0].of_batch || (node.batch() && target.values[0].value == static_cast<double>(*node.batch()));
}

/// Whether an input is small enough to be computed with.
bool is_known(const NodeImport& node, std::size_t i) {
  if (!node.has_input(i)) return false;
  if (const auto* tensor = std::get_if<std::shared_ptr<const Tensor>>(&node.value(i)))
    return (*tensor)->size() <= most_elements;
  return std::holds_alternative<KnownValues>(node.value(i));
}

}  // namespace

KnownValues known_values(const NodeImport& node, std::size_t i) {
  if (const auto* computed = std::get_if<KnownValues>(&node.value(i))) return *computed;
  const Tensor& tensor = node.constant(i);
  KnownValues result{tensor.shape, !tensor.is_float(), {}};
  if (tensor.size() > most_elements)
    node.refuse("input {} has {} elements, expected at most {}", i, tensor.size(), most_elements);
  result.values.reserve(tensor.size());
  if (result.whole) {
    for (const std::int64_t value : tensor.integers()) result.values.push_back({static_cast<double>(value)});
  } else {
    for (const float value : tensor.floats()) result.values.push_back({static_cast<double>(value)});
  }
  return result;
}

std::vector<Number> known_list(const NodeImport& node, std::size_t i) {
  const KnownValues known = known_values(node, i);
  if (!known.whole || known.shape.size() > 1)
    node.refuse("input {} ('{}') is expected to be a list of integers", i, node.input_name(i));
  return known.values;
}

std::shared_ptr<const Tensor> as_constant(const NodeImport& node, const KnownValues& known) {
  auto tensor = std::make_shared<Tensor>(Tensor{node.output_name(), known.shape, {}});
  if (known.whole) {
    std::vector<std::int64_t> integers;
    for (const Number& number : known.values) integers.push_back(whole(number));
    tensor->values = std::move(integers);
  } else {
    std::vector<float> floats;
    for (const Number& number : known.values) floats.push_back(static_cast<float>(number.value));
    tensor->values = std::move(floats);
  }
  return tensor;
}

void give_known(NodeImport& node, KnownValues known) {
  node.count_computed(known.values.size());
  if (std::any_of(known.values.begin(), known.values.end(), [](const Number& number) { return number.of_batch; }))
    return node.give(std::move(known));
  node.give(as_constant(node, known));
}

std::string in_words(const std::vector<Number>& numbers) {
  if (numbers.size() > 16) return fmt::format("a list of {} numbers", numbers.size());
  std::string text;
  for (const Number& number : numbers) {
    if (!text.empty()) text += ",";
    if (!number.of_batch) text += fmt::format("{:.0f}", number.value);
    if (number.of_batch) text += number.value == 1 ? "batch" : fmt::format("{:.0f} batch", number.value);
  }
  return "[" + text + "]";
}

bool evaluate(NodeImport& node) {
  if (node.inputs() == 0) return false;
  for (std::size_t i = 0; i < node.inputs(); ++i)
    if (!is_known(node, i)) return false;
  if (repeats_for_batch(node)) return false;
  const auto all_known = [&] {
    Inputs inputs;
    for (std::size_t i = 0; i < node.inputs(); ++i) {
      inputs.push_back(known_values(node, i));
      node.count_computed(inputs.back().values.size());
    }
    return inputs;
  };
  for (const auto& rules : {arithmetic_rules(), movement_rules()})
    for (const KnownRule& rule : rules) {
      if (rule.operation != node.operation()) continue;
      node.expect_inputs(rule.least, rule.most);
      give_known(node, rule.compute(node, all_known()));
      return true;
    }
  return false;
}

}  // namespace tacit::models::onnx
