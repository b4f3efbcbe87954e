#include <numbers>

#include "models/layers/leaky_relu.h"
#include "models/onnx/operators/operators.h"
#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

namespace {

void import_plain(NodeImport& node, const char* type) {
  node.expect_inputs(1, 1);
  node.layer(type, "", {node.activation(0)});
}

/// A function of all elements of an example.
void import_of_example(NodeImport& node, const char* type) {
  node.expect_inputs(1, 1);
  const Activation x = node.activation(0);
  if (node.integer(of_whole_example, 0) == 1) return node.layer(type, "", {x});
  const std::int64_t axis = node.integer("axis", -1);
  if (static_cast<std::size_t>(x.shape[node.example_axis(axis, x.shape)]) != element_count(x.shape))
    node.refuse_attribute("axis", axis,
                          fmt::format("one with all elements of an example, whose shape is {}", to_string(x.shape)));
  node.layer(type, "", {x});
}

void export_of_example(LayerExport& layer, const char* operation) {
  const Shape& shape = layer.input_shape(0);
  const std::string value = layer.node(operation, {layer.flat_input(0)}, {{"axis", std::int64_t{1}}});
  layer.give(shape.size() == 1 ? value : layer.reshape(value, shape));
}

void export_plain(LayerExport& layer, const char* operation) {
  layer.give(layer.node(operation, {layer.input(0)}));
}

}  // namespace

void import_relu(NodeImport& node) {
  import_plain(node, "relu");
}
void import_sigmoid(NodeImport& node) {
  import_plain(node, "sigmoid");
}
void import_tanh(NodeImport& node) {
  import_plain(node, "tanh");
}

void import_swish(NodeImport& node) {
  node.expect_number("alpha", 1);
  import_plain(node, "silu");
}

void import_gelu(NodeImport& node) {
  const std::string approximate = node.word("approximate", "none");
  if (approximate != "none") node.refuse_attribute("approximate", approximate, "none");
  import_plain(node, "gelu");
}

void import_leaky_relu(NodeImport& node) {
  node.expect_inputs(1, 1);
  node.layer("leaky_relu", fmt::format("negative_slope = {}\n", node.number("alpha", 0.01f)), {node.activation(0)});
}

// Layers of ours take all elements of an example together.
void import_softmax(NodeImport& node) {
  if (import_attention_softmax(node)) return;
  import_of_example(node, "softmax");
}
void import_log_softmax(NodeImport& node) {
  import_of_example(node, "log_softmax");
}

void export_relu(LayerExport& layer) {
  export_plain(layer, "Relu");
}
void export_sigmoid(LayerExport& layer) {
  export_plain(layer, "Sigmoid");
}
void export_tanh(LayerExport& layer) {
  export_plain(layer, "Tanh");
}

void export_leaky_relu(LayerExport& layer) {
  const double slope = layer.layer_as<LeakyRelu<float>>().function().negative_slope;
  layer.give(layer.node("LeakyRelu", {layer.input(0)}, {{"alpha", static_cast<float>(slope)}}));
}

// x (1 + erf(x / sqrt 2)) / 2
void export_gelu(LayerExport& layer) {
  const std::string x = layer.input(0);
  const auto root = static_cast<float>(std::numbers::sqrt2);
  const std::string erf = layer.node("Erf", {layer.node("Div", {x, layer.number("sqrt2", root)})});
  const std::string product = layer.node("Mul", {x, layer.node("Add", {erf, layer.number("one", 1)})});
  layer.give(layer.node("Mul", {product, layer.number("half", 0.5f)}));
}

void export_silu(LayerExport& layer) {
  const std::string x = layer.input(0);
  layer.give(layer.node("Mul", {x, layer.node("Sigmoid", {x})}));
}

void export_softmax(LayerExport& layer) {
  export_of_example(layer, "Softmax");
}
void export_log_softmax(LayerExport& layer) {
  export_of_example(layer, "LogSoftmax");
}

}  // namespace tacit::models::onnx
