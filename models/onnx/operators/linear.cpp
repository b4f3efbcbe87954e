#include <algorithm>

#include "models/onnx/operators/operators.h"
#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

namespace {

bool starts_at_zero(const View& view) {
  return std::all_of(view.offsets.begin(), view.offsets.end(), [](std::int64_t at) { return at == 0; });
}

/// Whether a view has all tokens of all examples, in any order, and at last the elements of a token as they are.
bool is_by_token(const NodeImport& node, const View& view) {
  const std::size_t axes = view.axes.size();
  const Source& source = *view.source;
  if (source.shape.size() < 2 || view.factor != 1 || !starts_at_zero(view) ||
      view.axes.back() != whole_runs(source, 2, source.shape.size() + 1, node.batch()))
    return false;
  View::Axis lead = runs_of(view, 0, axes - 1);
  std::sort(lead.begin(), lead.end(), [](const View::Run& a, const View::Run& b) { return a.axis < b.axis; });
  return lead == whole_runs(source, 0, 2, node.batch());
}

/// The axes of a view in front of its last one, and one of the elements of a token of `source`.
View by_token(const NodeImport& node, const View& view, std::shared_ptr<Source> source) {
  View result = whole_view(std::move(source), node.batch());
  const View::Axis own = result.axes.back();
  result.axes = view.axes;
  result.axes.back() = own;
  result.by = node.node();
  return result;
}

/// Input 1 is a matrix between the features of input 0 and the outputs: [outputs, features] if it is the transposed
/// one, else [features, outputs]. Input 2, if there is one, is the bias. Sequences are taken token by token, and
/// written when somebody reads the result.
void import_linear(NodeImport& node, bool is_transposed, bool takes_tokens) {
  const View x = node.view(0);
  const std::shared_ptr<const Tensor> matrix = node.shared_constant(1);
  if (x.source->written.is_whole) node.activation(0);  // refuses
  if (x.axes.size() != 2 && !takes_tokens)
    node.refuse("takes an example of shape {}, expected a flat one (Flatten comes first)", to_string(x.source->shape));
  if (x.axes.size() < 2)
    node.refuse("takes {}, expected the batch and one more axis at least", in_words(extents_of(x)));
  if (matrix->shape.size() != 2)
    node.refuse("tensor '{}' has shape {}, expected a matrix", matrix->name, to_string(matrix->shape));
  PendingLinear linear;
  linear.matrix = matrix;
  linear.is_transposed = is_transposed;
  linear.node = node.node();
  linear.name_from = node.input_name(1);
  linear.inputs = static_cast<std::int64_t>(extents_of(x).back().value);
  linear.outputs = matrix->shape[is_transposed ? 0 : 1];
  node.weights(1, is_transposed ? Shape{linear.outputs, linear.inputs} : Shape{linear.inputs, linear.outputs});
  if (node.has_input(2)) {
    const bool is_row = !takes_tokens && node.constant(2).shape.size() == 2;
    node.weights(2, is_row ? Shape{1, linear.outputs} : Shape{linear.outputs});
    linear.bias = node.shared_constant(2);
  }

  if (x.source->kind == Source::Kind::mixed && is_by_token(node, x)) {
    auto source = std::make_shared<Source>();
    source->written = import_output_projection(node, x.source->heads, linear);
    source->shape = source->written.shape;
    return node.give(by_token(node, x, std::move(source)));
  }
  const bool is_flat = x.axes.size() == 2 && x.axes[0] == whole_runs(*x.source, 0, 1, node.batch());
  if (!is_flat && is_by_token(node, x)) {
    linear.x = node.written(*x.source);
    auto source = std::make_shared<Source>();
    source->kind = Source::Kind::linear;
    source->shape = {linear.x.shape[0], linear.outputs};
    source->linear = std::move(linear);
    return node.give(by_token(node, x, std::move(source)));
  }
  const Activation flat = node.activation(0);
  if (flat.shape.size() != 1)
    node.refuse("takes an example of shape {}, expected a flat one (Flatten comes first){}", to_string(flat.shape),
                takes_tokens ? " or a sequence [tokens, width]" : "");
  std::vector<LayerWeight> weights = {{"weight", linear.weight()}};
  if (linear.bias) weights.push_back({"bias", linear.bias->floats()});
  node.layer("linear", fmt::format("outputs = {}\n{}", linear.outputs, linear.bias ? "" : "bias = false\n"), {flat},
             weights, node.input_name(1));
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
  if (node.inputs() == 2 && import_product(node)) return;
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
