// Sequences: tokens looked up, placed, collected.
#include "models/layers/embedding.h"
#include "models/layers/token_pooling.h"
#include "models/onnx/operators/operators.h"

namespace tacit::models::onnx {

namespace {

/// The one index that a constant holds.
std::optional<std::int64_t> single_index(const NodeImport& node, std::size_t i) {
  if (!node.is_constant(i) || node.constant(i).is_float() || node.constant(i).size() != 1) return {};
  return node.integers(i)[0];
}

void import_embedding(NodeImport& node) {
  node.expect_integer("axis", 0);
  const Activation& ids = node.any_activation(1);
  const Tensor& table = node.constant(0);
  if (table.shape.size() != 2)
    node.refuse("tensor '{}' has shape {}, expected [vocabulary, width]", table.name, to_string(table.shape));
  if (ids.shape.size() != 1) node.refuse("looks up an example of shape {}, expected [tokens]", to_string(ids.shape));
  node.layer("embedding", fmt::format("vocabulary = {}\nwidth = {}\n", table.shape[0], table.shape[1]), {ids},
             {{"weight", node.weights(0, table.shape)}}, table.name);
}

void import_token_select(NodeImport& node) {
  const Activation& x = node.activation(0);
  const std::int64_t axis = node.integer("axis", 0);
  const auto index = single_index(node, 1);
  if (!index || !node.constant(1).shape.empty())
    node.refuse("input 1 ('{}') is expected to be one constant index without axes", node.input_name(1));
  if (x.shape.size() != 2 || node.example_axis(axis, x.shape) != 0)
    node.refuse("picks along axis {} of an example of shape {}, expected axis 1 of a sequence [tokens, width]", axis,
                to_string(x.shape));
  const bool is_first = *index == 0 || *index == -x.shape[0];
  if (!is_first && *index != -1 && *index != x.shape[0] - 1)
    node.refuse("picks token {} of {}, expected the first or the last", *index, x.shape[0]);
  node.layer("token_select", fmt::format("token = \"{}\"\n", is_first ? "first" : "last"), {x});
}

/// Rows of a constant table, as for the embedding of places 0, 1, 2, ...
void gather_rows(NodeImport& node) {
  node.expect_integer("axis", 0);
  const Tensor& table = node.constant(0);
  const std::vector<std::int64_t>& rows = node.integers(1);
  if (!table.is_float() || table.shape.size() != 2 || table.shape[0] == 0)
    node.refuse("tensor '{}' has shape {}, expected a matrix of floats", table.name, to_string(table.shape));
  const auto width = static_cast<std::size_t>(table.shape[1]);
  constexpr std::size_t most_values = std::size_t{1} << 28;
  if (width != 0 && rows.size() > most_values / width) node.refuse("picks {} rows of {}", rows.size(), width);
  std::vector<float> values;
  for (std::int64_t row : rows) {
    if (row < -table.shape[0] || row >= table.shape[0]) node.refuse("picks row {} of {}", row, table.shape[0]);
    if (row < 0) row += table.shape[0];
    const auto begin = table.floats().begin() + row * table.shape[1];
    values.insert(values.end(), begin, begin + table.shape[1]);
  }
  Shape shape = node.constant(1).shape;
  shape.push_back(table.shape[1]);
  node.give(std::make_shared<const Tensor>(Tensor{node.output_name(), shape, std::move(values)}));
}

}  // namespace

void import_gather(NodeImport& node) {
  node.expect_inputs(2, 2);
  if (node.is_activation(1)) return import_embedding(node);
  if (node.is_activation(0)) return import_token_select(node);
  if (node.is_constant(0) && node.constant(0).is_float()) return gather_rows(node);
  import_gather_of_extents(node);
}

// Places are learned vectors of their own.
bool import_positions(NodeImport& node, std::size_t constant) {
  const Activation& x = node.activation(1 - constant);
  Shape shape = node.constant(constant).shape;
  if (shape.size() == 3 && shape[0] == 1) shape.erase(shape.begin());
  if (x.shape.size() != 2 || shape != x.shape) return false;
  node.layer("positional_embedding", "", {x}, {{"weight", node.weights(constant, node.constant(constant).shape)}},
             node.input_name(constant));
  return true;
}

// A token of every example: a constant [1, 1, width].
void import_expand(NodeImport& node) {
  node.expect_inputs(2, 2);
  const Tensor& token = node.constant(0);
  const Extents target = extents(node, 1);
  const bool is_token = token.is_float() && token.shape.size() == 3 && token.shape[0] == 1 && token.shape[1] == 1;
  if (!is_token || target.size() != 3 || (target[0] && target[0] != node.batch()) || target[1] != 1 ||
      (target[2] != token.shape[2] && target[2] != 1))
    node.refuse("repeats '{}' of shape {}, expected a token [1,1,width] once for every example", node.input_name(0),
                to_string(token.shape));
  node.give(RepeatedToken{node.input_name(0)});
}

void import_class_token(NodeImport& node) {
  node.expect_inputs(2, 2);
  const std::string token = node.repeated_token(0);
  const Activation& x = node.activation(1);
  const std::int64_t axis = node.integer("axis");
  if (x.shape.size() != 2 || node.example_axis(axis, x.shape) != 0)
    node.refuse("joins a token to an example of shape {} along axis {}, expected axis 1 of a sequence [tokens, width]",
                to_string(x.shape), axis);
  node.layer("class_token", "", {x}, {{"weight", node.weights_of(token, {1, 1, x.shape[1]})}}, token);
}

// [channels, height width] turned around.
void import_transpose(NodeImport& node) {
  node.expect_inputs(1, 1);
  const Activation& x = node.any_activation(0);
  const auto order = node.integer_list("perm").value_or(Shape{});
  if (order != Shape{0, 2, 1}) node.refuse_attribute("perm", list_in_words(order), "[0,2,1], of an image made rows");
  if (x.rows_of.empty())
    node.refuse(
        "turns an example of shape {}, expected an image [channels, height, width] that a Reshape made "
        "[channels, pixels]",
        to_string(x.shape));
  node.layer("image_tokens", "", {Activation{x.layer, x.rows_of}});
}

// The row of the padding token is read as zeros.
void export_embedding(LayerExport& layer) {
  const auto& options = layer.layer_as<Embedding<float>>().options();
  const std::span<const float> values = layer.parameter_values("weight");
  std::vector<float> table(values.begin(), values.end());
  if (options.padding)
    std::fill_n(table.begin() + static_cast<std::ptrdiff_t>(*options.padding * options.width), options.width, 0.0f);
  const std::string weight = layer.constant("weight", layer.layer().parameters()[0].shape, std::move(table));
  const std::string ids = layer.node("Cast", {layer.input(0)}, {{"to", static_cast<std::int64_t>(ElementType::int64)}});
  layer.give(layer.node("Gather", {weight, ids}, {{"axis", std::int64_t{0}}}));
}

void export_positional_embedding(LayerExport& layer) {
  layer.give(layer.node("Add", {layer.input(0), layer.parameter("weight")}));
}

void export_class_token(LayerExport& layer) {
  const std::int64_t width = layer.input_shape(0)[1];
  const std::string x = layer.input(0);
  const std::string batch = layer.node("Shape", {x}, {{"start", std::int64_t{0}}, {"end", std::int64_t{1}}});
  const std::string shape =
      layer.node("Concat", {batch, layer.constant("token_shape", std::vector<std::int64_t>{1, width})},
                 {{"axis", std::int64_t{0}}});
  const std::string token = layer.node("Expand", {layer.parameter("weight", {1, 1, width}), shape});
  layer.give(layer.node("Concat", {token, x}, {{"axis", std::int64_t{1}}}));
}

void export_image_tokens(LayerExport& layer) {
  const Shape& shape = layer.output_shape();
  const std::string rows = layer.reshape(layer.input(0), {shape[1], shape[0]});
  layer.give(layer.node("Transpose", {rows}, {{"perm", std::vector<std::int64_t>{0, 2, 1}}}));
}

void export_token_mean(LayerExport& layer) {
  layer.give(layer.node("ReduceMean", {layer.input(0)},
                        {{"axes", std::vector<std::int64_t>{1}}, {"keepdims", std::int64_t{0}}}));
}

void export_token_select(LayerExport& layer) {
  const bool is_first = layer.layer_as<TokenSelect<float>>().place() == TokenPlace::first;
  const std::string index = layer.index("place", is_first ? 0 : layer.input_shape(0)[0] - 1);
  layer.give(layer.node("Gather", {layer.input(0), index}, {{"axis", std::int64_t{1}}}));
}

}  // namespace tacit::models::onnx
