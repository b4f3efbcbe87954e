#include "models/onnx/operators/operators.h"

namespace tacit::models::onnx {

namespace {

std::vector<Activation> all_inputs(NodeImport& node) {
  std::vector<Activation> all;
  for (std::size_t i = 0; i < node.inputs(); ++i) all.push_back(node.activation(i));
  return all;
}

}  // namespace

void import_add(NodeImport& node) {
  node.expect_inputs(1, 1000);
  if (node.inputs() == 2) {
    if (import_mask(node)) return;
    for (const std::size_t side : {0, 1})
      if (import_positions(node, side)) return;
  }
  const std::vector<Activation> inputs = all_inputs(node);
  for (const Activation& input : inputs)
    if (input.shape != inputs[0].shape)
      node.refuse("adds examples of shapes {} and {}, expected equal ones", to_string(inputs[0].shape),
                  to_string(input.shape));
  if (inputs.size() == 1) return node.give(inputs[0]);
  node.layer("add", "", inputs);
}

void import_concat(NodeImport& node) {
  node.expect_inputs(1, 1000);
  if (node.constant_or_repeated(0)) return import_class_token(node);
  const std::int64_t axis = node.integer("axis");
  const std::vector<Activation> inputs = all_inputs(node);
  if (node.example_axis(axis, inputs[0].shape) != 0)
    node.refuse_attribute("axis", axis, "1, the first axis of an example");
  if (inputs.size() == 1) return node.give(inputs[0]);
  node.layer("concatenate", "", inputs);
}

// Left to right, as the layer adds.
void export_add(LayerExport& layer) {
  std::string sum = layer.input(0);
  for (std::size_t i = 1; i < layer.inputs(); ++i) sum = layer.node("Add", {sum, layer.input(i)});
  layer.give(sum);
}

void export_concatenate(LayerExport& layer) {
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i < layer.inputs(); ++i) inputs.push_back(layer.input(i));
  layer.give(layer.node("Concat", inputs, {{"axis", std::int64_t{1}}}));
}

}  // namespace tacit::models::onnx
