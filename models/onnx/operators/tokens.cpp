// Sequences: tokens looked up, placed, collected.
#include "models/layers/embedding.h"
#include "models/layers/masked_pooling.h"
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
  const Activation ids = node.any_activation(1);
  const Tensor& table = node.constant(0);
  if (table.shape.size() != 2)
    node.refuse("tensor '{}' has shape {}, expected [vocabulary, width]", table.name, to_string(table.shape));
  if (ids.shape.size() != 1) node.refuse("looks up an example of shape {}, expected [tokens]", to_string(ids.shape));
  node.layer("embedding", fmt::format("vocabulary = {}\nwidth = {}\n", table.shape[0], table.shape[1]), {ids},
             {{"weight", node.weights(0, table.shape)}}, table.name);
}

void import_token_select(NodeImport& node) {
  const Activation x = node.activation(0);
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

/// One place along an axis of what nodes have moved around.
void gather_from_view(NodeImport& node) {
  const View from = node.view(0);
  const std::size_t axis = node.full_axis(node.integer("axis", 0), from.axes.size());
  const auto index = single_index(node, 1);
  if (!index || !node.constant(1).shape.empty())
    node.refuse("input 1 ('{}') is expected to be one constant index without axes", node.input_name(1));
  const auto extent = static_cast<std::int64_t>(extents_of(from)[axis].value);
  if (*index < -extent || *index >= extent) node.refuse("picks element {} of {}", *index, extent);
  const std::int64_t at = *index < 0 ? *index + extent : *index;
  std::optional<View> part = part_of(from, axis, at, at + 1);
  if (part) part = without_axis(*part, axis);
  node.give_view(part, from, fmt::format("into element {} of axis {}", *index, axis));
}

/// Rows of a constant table, as for the embedding of places 0, 1, 2, ...
std::shared_ptr<const Tensor> rows_of(const NodeImport& node, const Tensor& table, const Tensor& at) {
  const std::vector<std::int64_t>& rows = at.integers();
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
  Shape shape = at.shape;
  shape.push_back(table.shape[1]);
  return std::make_shared<const Tensor>(Tensor{node.output_name(), shape, std::move(values)});
}

}  // namespace

void import_gather(NodeImport& node) {
  node.expect_inputs(2, 2);
  if (node.is_activation(1)) return import_embedding(node);
  if (std::holds_alternative<View>(node.value(0))) return gather_from_view(node);
  if (node.is_activation(0)) return import_token_select(node);
  node.expect_integer("axis", 0);
  if (node.is_repeated(1)) return node.give(Repeated{rows_of(node, node.constant(0), node.repeated(1))});
  if (node.constant(1).is_float()) node.refuse("input 1 ('{}') has floats, expected integers", node.input_name(1));
  node.give(rows_of(node, node.constant(0), node.constant(1)));
}

// Places are learned vectors of their own.
bool import_positions(NodeImport& node, std::size_t constant) {
  const std::shared_ptr<const Tensor> tensor = node.constant_or_repeated(constant);
  if (!tensor) return false;
  const Activation x = node.activation(1 - constant);
  Shape shape = tensor->shape;
  if (shape.size() == 3 && shape[0] == 1) shape.erase(shape.begin());
  if (x.shape.size() != 2 || shape != x.shape) return false;
  node.layer("positional_embedding", "", {x}, {{"weight", node.weights_of(*tensor, tensor->shape)}}, tensor->name);
  return true;
}

namespace {

/// One number everywhere: for every example, of the extents behind the first.
void give_filled(NodeImport& node, const Number& value, bool whole, const std::vector<Number>& extents) {
  KnownValues filled{{1}, whole, {}};
  double elements = 1;
  for (std::size_t i = 1; i < extents.size(); ++i) {
    constexpr double most = 1 << 22;
    elements *= extents[i].value;
    if (extents[i].of_batch || !(extents[i].value >= 1) || elements > most)
      node.refuse("fills {} with one number, expected the batch first and numbers behind it", in_words(extents));
    filled.shape.push_back(static_cast<std::int64_t>(extents[i].value));
  }
  if (extents.empty() || extents[0] != Number{1, true})
    node.refuse("fills {} with one number, expected the batch first and numbers behind it", in_words(extents));
  filled.values.assign(element_count(filled.shape), value);
  node.count_computed(filled.values.size());
  node.give(Repeated{as_constant(node, filled)});
}

}  // namespace

void import_constant_of_shape(NodeImport& node) {
  node.expect_inputs(1, 1);
  const Tensor* tensor = node.tensor("value");
  if (tensor != nullptr && tensor->size() != 1)
    node.refuse("attribute 'value' has {} elements, expected 1", tensor->size());
  Number value;
  if (tensor != nullptr)
    value.value =
        tensor->is_float() ? static_cast<double>(tensor->floats()[0]) : static_cast<double>(tensor->integers()[0]);
  give_filled(node, value, tensor != nullptr && !tensor->is_float(), known_list(node, 0));
}

// Of a constant [1, ...], which every example has again.
void import_expand(NodeImport& node) {
  node.expect_inputs(2, 2);
  if (const auto* view = std::get_if<View>(&node.value(0)); view && view->source->kind == Source::Kind::truths) {
    const std::vector<Number> target = known_list(node, 1);
    return node.give_view(repeated(*view, target), *view, "into " + in_words(target) + " by repeating it");
  }
  const Tensor& from = node.constant(0);
  const std::vector<Number> target = known_list(node, 1);
  if (from.size() == 1 && from.shape.size() < target.size() && !target.empty() && target[0].of_batch)
    return give_filled(node, known_values(node, 0).values[0], !from.is_float(), target);
  bool fits =
      from.shape.size() == target.size() && !target.empty() && from.shape[0] == 1 &&
      (target[0] == Number{1, true} || (node.batch() && target[0] == Number{static_cast<double>(*node.batch())}));
  for (std::size_t i = 1; fits && i < target.size(); ++i)
    fits = target[i] == Number{static_cast<double>(from.shape[i])} || target[i] == Number{1};
  if (!fits)
    node.refuse("repeats '{}' of shape {} as {}, expected the same once for every example", node.input_name(0),
                to_string(from.shape), in_words(target));
  node.give(Repeated{node.shared_constant(0)});
}

void import_class_token(NodeImport& node) {
  node.expect_inputs(2, 2);
  const std::shared_ptr<const Tensor> token = node.constant_or_repeated(0);
  const Activation x = node.activation(1);
  const std::int64_t axis = node.integer("axis");
  if (x.shape.size() != 2 || node.example_axis(axis, x.shape) != 0)
    node.refuse("joins a token to an example of shape {} along axis {}, expected axis 1 of a sequence [tokens, width]",
                to_string(x.shape), axis);
  node.layer("class_token", "", {x}, {{"weight", node.weights_of(*token, {1, 1, x.shape[1]})}}, token->name);
}

void import_transpose(NodeImport& node) {
  node.expect_inputs(1, 1);
  const View x = node.view(0);
  node.give_view(transposed(x, node.axis_order("perm", x.axes.size())), x, "around");
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

namespace {

/// The sum of the tokens, each times its factor [batch, tokens].
std::string weighted_sum(LayerExport& layer, const std::string& factors) {
  const std::string each = layer.node("Unsqueeze", {factors, layer.constant("last", std::vector<std::int64_t>{2})});
  return layer.node("ReduceSum",
                    {layer.node("Mul", {layer.input(0), each}), layer.constant("tokens", std::vector<std::int64_t>{1})},
                    {{"keepdims", std::int64_t{0}}});
}

void export_masked_pooling(LayerExport& layer, const MaskedPooling<float>& pooling) {
  const std::int64_t tokens = layer.input_shape(0)[0];
  const Attribute to_float{"to", static_cast<std::int64_t>(ElementType::float32)};
  std::string counts = layer.node("Cast", {layer.counting_tokens(1, pooling.padding(), tokens)}, {to_float});
  if (pooling.rule() == MaskedPooling<float>::Rule::mean) {
    const std::string number = layer.node("ReduceSum", {counts, layer.constant("axis", std::vector<std::int64_t>{1})},
                                          {{"keepdims", std::int64_t{1}}});
    return layer.give(layer.node("Div", {weighted_sum(layer, counts), number}));
  }
  // The last that counts is where the place times the count is largest.
  std::vector<float> places;
  std::vector<std::int64_t> indices;
  for (std::int64_t place = 0; place < tokens; ++place) {
    places.push_back(static_cast<float>(place + 1));
    indices.push_back(place);
  }
  const std::string last =
      layer.node("ArgMax", {layer.node("Mul", {counts, layer.constant("places", {tokens}, places)})},
                 {{"axis", std::int64_t{1}}, {"keepdims", std::int64_t{1}}});
  const std::string is_last = layer.node("Equal", {layer.constant("indices", std::move(indices)), last});
  layer.give(weighted_sum(layer, layer.node("Cast", {is_last}, {to_float})));
}

}  // namespace

void export_token_mean(LayerExport& layer) {
  if (const auto* masked = dynamic_cast<const MaskedPooling<float>*>(&layer.layer()))
    return export_masked_pooling(layer, *masked);
  layer.give(layer.node("ReduceMean", {layer.input(0)},
                        {{"axes", std::vector<std::int64_t>{1}}, {"keepdims", std::int64_t{0}}}));
}

void export_token_select(LayerExport& layer) {
  if (const auto* masked = dynamic_cast<const MaskedPooling<float>*>(&layer.layer()))
    return export_masked_pooling(layer, *masked);
  const bool is_first = layer.layer_as<TokenSelect<float>>().place() == TokenPlace::first;
  const std::string index = layer.index("place", is_first ? 0 : layer.input_shape(0)[0] - 1);
  layer.give(layer.node("Gather", {layer.input(0), index}, {{"axis", std::int64_t{1}}}));
}

}  // namespace tacit::models::onnx
