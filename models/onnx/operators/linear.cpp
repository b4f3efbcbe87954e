#include "models/onnx/operators/operators.h"
#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

namespace {

/// A matrix [rows, columns] as [columns, rows].
std::vector<float> transposed(const std::vector<float>& matrix, std::int64_t rows, std::int64_t columns) {
  std::vector<float> result(matrix.size());
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t column = 0; column < columns; ++column)
      result[static_cast<std::size_t>(column * rows + row)] = matrix[static_cast<std::size_t>(row * columns + column)];
  return result;
}

/// Input 1 is a matrix between the features of input 0 and the outputs: [outputs, features] if it is the transposed
/// one, else [features, outputs]. Input 2, if there is one, is the bias. Sequences are taken token by token.
void import_linear(NodeImport& node, bool is_transposed, bool takes_tokens) {
  // A layer for every token takes the rows of an image as they are.
  const Activation& x = takes_tokens && !node.any_activation(0).is_whole ? node.any_activation(0) : node.activation(0);
  const Tensor& matrix = node.constant(1);
  if (x.shape.size() != 1 && !(takes_tokens && x.shape.size() == 2))
    node.refuse("takes an example of shape {}, expected a flat one (Flatten comes first){}", to_string(x.shape),
                takes_tokens ? " or a sequence [tokens, width]" : "");
  if (matrix.shape.size() != 2)
    node.refuse("tensor '{}' has shape {}, expected a matrix", matrix.name, to_string(matrix.shape));
  const std::int64_t features = x.shape.back(), outputs = matrix.shape[is_transposed ? 0 : 1];
  const std::vector<float>& values =
      node.weights(1, is_transposed ? Shape{outputs, features} : Shape{features, outputs});

  std::vector<LayerWeight> weights = {{"weight", is_transposed ? values : transposed(values, features, outputs)}};
  const bool bias = node.has_input(2);
  if (bias) {
    const bool is_row = !takes_tokens && node.constant(2).shape.size() == 2;
    weights.push_back({"bias", node.weights(2, is_row ? Shape{1, outputs} : Shape{outputs})});
  }
  node.layer("linear",
             fmt::format("outputs = {}\n{}{}", outputs, bias ? "" : "bias = false\n",
                         x.shape.size() == 2 ? "per_token = true\n" : ""),
             {Activation{x.layer, x.rows_of.empty() ? x.shape : x.rows_of}}, weights, node.input_name(1));
}

}  // namespace

void import_gemm(NodeImport& node) {
  node.expect_inputs(2, 3);
  node.expect_integer("transA", 0);
  node.expect_number("alpha", 1);
  node.expect_number("beta", 1);
  const std::int64_t transposes = node.integer("transB", 0);
  if (transposes != 0 && transposes != 1) node.refuse_attribute("transB", transposes, "0 or 1");
  import_linear(node, transposes == 1, false);
}

void import_matmul(NodeImport& node) {
  node.expect_inputs(2, 3);  // three where a sum was put together with it
  import_linear(node, node.integer(of_transposed, 0) == 1, true);
}

void export_linear(LayerExport& layer) {
  if (layer.is_per_token()) {
    const Shape shape = layer.layer().parameters()[0].shape;
    const Shape tokens = {layer.input_shape(0)[0], shape[1]};
    const std::string x = layer.input_shape(0) == tokens ? layer.input(0) : layer.reshape(layer.input(0), tokens);
    return layer.give(layer.per_token(x, "weight", "bias", shape[1], shape[0]));
  }
  std::vector<std::string> inputs = {layer.flat_input(0), layer.parameter("weight")};
  if (layer.has_parameter("bias")) inputs.push_back(layer.parameter("bias"));
  layer.give(layer.node("Gemm", inputs, {{"transB", std::int64_t{1}}}));
}

}  // namespace tacit::models::onnx
