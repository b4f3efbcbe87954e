#include "models/onnx/importer.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "core/config.h"
#include "core/files.h"
#include "models/layer_registry.h"
#include "models/onnx/operators/operators.h"
#include "models/onnx/rewrite.h"

namespace tacit::models {

namespace onnx {

namespace {

// What layers compute with is bounded, so that no file makes their construction long.
constexpr std::int64_t largest_extent = 65536;
constexpr std::size_t most_elements = std::size_t{1} << 28;
// As many as a file can hold, also where layers share a tensor.
constexpr std::size_t most_parameters = std::size_t{1} << 29;
// Masks and shapes of any model; constants as large are weights.
constexpr std::size_t most_computed = std::size_t{1} << 27;

}  // namespace

Importer::Importer(Document document, std::string origin)
    : document_(std::move(document)), origin_(std::move(origin)), names_{"input"} {}

void Importer::check_extents(const Shape& shape, const std::string& of_what) const {
  std::size_t elements = 1;
  for (const std::int64_t extent : shape) {
    if (extent < 1 || extent > largest_extent * (shape.size() == 1 ? 4096 : 1))
      refuse("{} has shape {}, expected extents of 1 to {}", of_what, to_string(shape), largest_extent);
    elements *= static_cast<std::size_t>(extent);
    if (elements > most_elements)
      refuse("{} has shape {}, expected at most {} elements an example", of_what, to_string(shape), most_elements);
  }
}

void Importer::read_input() {
  if (document_.inputs.size() != 1) {
    std::string names;
    for (const ValueInfo& input : document_.inputs) names += (names.empty() ? "'" : ", '") + input.name + "'";
    refuse("has {} inputs ({}), expected one", document_.inputs.size(), names.empty() ? "none" : names);
  }
  if (document_.outputs.size() != 1) refuse("has {} outputs, expected one", document_.outputs.size());
  const ValueInfo& input = document_.inputs[0];
  if (input.type != ElementType::float32 && input.type != ElementType::int64)
    refuse("input '{}' is of type {} of the format, expected 1 (float32) or 7 (int64)", input.name,
           static_cast<int>(input.type));
  if (input.shape.size() < 2)
    refuse("input '{}' has {} axes, expected the batch and one more at least", input.name, input.shape.size());
  batch_ = input.shape[0];
  for (std::size_t axis = 1; axis < input.shape.size(); ++axis) {
    if (!input.shape[axis]) refuse("input '{}' leaves its axis {} open, expected a fixed extent", input.name, axis);
    model_.input_shape.push_back(*input.shape[axis]);
  }
  check_extents(model_.input_shape, "input '" + input.name + "'");
  values_[input.name] = Activation{"input", model_.input_shape, input.type == ElementType::int64};
}

std::string Importer::unused_name(const std::string& wanted) {
  std::string name;
  for (const char c : wanted) name += std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' ? c : '_';
  std::string candidate = name;
  for (int copy = 2; !names_.insert(candidate).second; ++copy) candidate = fmt::format("{}_{}", name, copy);
  return candidate;
}

OnnxModel Importer::run() {
  read_input();
  collect_constants(document_);
  put_together(document_);
  drop_unused(document_);
  for (Tensor& tensor : document_.constants) {
    const std::string name = tensor.name;
    values_[name] = std::make_shared<const Tensor>(std::move(tensor));
  }
  for (const Node& node : document_.nodes) {
    NodeImport context(*this, node);
    if (!evaluate(context)) {
      const OperatorImport import = import_of(node.operation);
      if (import == nullptr) refuse("{}: the operator is not known here", in_words(node));
      import(context);
    }
    context.finish();
  }
  const std::string& output = document_.outputs[0].name;
  const Node end{.name = output, .operation = "output", .inputs = {output}, .outputs = {}, .attributes = {}};
  const auto found = values_.find(output);
  if (found != values_.end() && std::holds_alternative<View>(found->second))
    found->second = NodeImport(*this, end).activation(0);
  const Activation* last = found == values_.end() ? nullptr : std::get_if<Activation>(&found->second);
  if (last == nullptr || last->layer == "input") refuse("output '{}' is given by no layer", output);
  model_.output_shape = last->shape;
  return std::move(model_);
}

std::string list_in_words(const std::vector<std::int64_t>& list) {
  return list.size() <= 16 ? to_string(list) : fmt::format("a list of {} numbers", list.size());
}

void NodeImport::expect_inputs(std::size_t least, std::size_t most) const {
  if (inputs() >= least && inputs() <= most) return;
  refuse("has {} inputs, expected {}", inputs(),
         least == most ? std::to_string(least) : fmt::format("{} to {}", least, most));
}

const Value& NodeImport::value(std::size_t i) const {
  if (!has_input(i)) refuse("input {} is missing", i);
  const auto found = importer_.values_.find(node_.inputs[i]);
  if (found == importer_.values_.end())
    refuse("reads '{}', an output that its operator gives no value here", node_.inputs[i]);
  return found->second;
}

View NodeImport::view(std::size_t i) const {
  if (const auto* found = std::get_if<View>(&value(i))) return *found;
  if (const auto* found = std::get_if<Activation>(&value(i))) {
    auto source = std::make_shared<Source>();
    source->shape = found->shape;
    source->written = *found;
    return whole_view(std::move(source), importer_.batch_);
  }
  refuse("input {} ('{}') is constant, expected one that depends on the model's input", i, node_.inputs[i]);
}

Activation NodeImport::any_activation(std::size_t i) {
  if (const auto* found = std::get_if<Activation>(&value(i))) return *found;
  Activation found = layer_of(view(i), node_.inputs[i]);
  importer_.values_[node_.inputs[i]] = found;
  return found;
}

Activation NodeImport::activation(std::size_t i) {
  Activation found = any_activation(i);
  if (found.is_whole)
    refuse("input {} ('{}') is whole numbers, expected floats or an embedding of them", i, node_.inputs[i]);
  return found;
}

std::vector<float> PendingLinear::weight() const {
  const std::vector<float>& values = matrix->floats();
  if (is_transposed) return values;
  std::vector<float> turned(values.size());
  const auto rows = static_cast<std::size_t>(inputs), columns = static_cast<std::size_t>(outputs);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column)
      turned[column * rows + row] = values[row * columns + column];
  return turned;
}

Activation NodeImport::written(Source& source) {
  if (source.is_taken)
    refuse("reads a projection of attention ('{}'), which then nothing else may read", source.linear.node->outputs[0]);
  if (!source.written.layer.empty()) return source.written;
  switch (source.kind) {
    case Source::Kind::layer:
      break;
    case Source::Kind::linear: {
      const PendingLinear& linear = source.linear;
      std::vector<LayerWeight> weights = {{"weight", linear.weight()}};
      if (linear.bias) weights.push_back({"bias", linear.bias->floats()});
      const std::string keys =
          fmt::format("outputs = {}\n{}per_token = true\n", linear.outputs, linear.bias ? "" : "bias = false\n");
      source.written =
          NodeImport(importer_, *linear.node).add_layer("linear", keys, {linear.x}, weights, linear.name_from);
      return source.written;
    }
    case Source::Kind::scores:
      refuse("reads scores of attention, expected a scale, a causal mask or a Softmax over the last axis");
    case Source::Kind::weights:
      refuse("reads the weights of attention, expected a MatMul with the values only");
    case Source::Kind::ids:
    case Source::Kind::truths:
      refuse("reads what tells padding apart, expected it to mask scores of attention or a mean of tokens");
    case Source::Kind::mixed:
      refuse("reads attention without a projection behind it, expected a MatMul or Gemm with a constant matrix");
  }
  fail(ErrorKind::internal, "a source of the import is no layer");
}

Activation NodeImport::layer_of(const View& view, const std::string& name) {
  Source& source = *view.source;
  const Activation from = written(source);
  const std::string by = view.by == nullptr ? in_words(node_) : in_words(*view.by);
  if (view.factor != 1) importer_.refuse("{}: multiplies an example by {}, which no layer here does", by, view.factor);
  const std::size_t axes = view.axes.size(), last = source.shape.size() + 1;
  const auto whole = [&](std::size_t begin, std::size_t end) {
    return whole_runs(source, begin, end, importer_.batch_);
  };
  const bool batch_is_first = axes > 0 && view.axes[0] == whole(0, 1);
  const bool is_whole = std::all_of(view.offsets.begin(), view.offsets.end(), [](std::int64_t at) { return at == 0; });
  if (batch_is_first && is_whole && runs_of(view, 1, axes) == whole(1, last)) {
    Shape shape;
    for (std::size_t axis = 1; axis < axes; ++axis)
      shape.push_back(static_cast<std::int64_t>(extents_of(view)[axis].value));
    if (shape == from.shape) return from;
    if (shape.size() == 1 && !from.is_whole) return add_layer("flatten", "", {from});
    if (shape.size() == 3 && from.shape.size() == 1 && !from.is_whole)
      return add_layer("reshape", fmt::format("shape = [{}, {}, {}]\n", shape[0], shape[1], shape[2]), {from});
  }
  if (batch_is_first && is_whole && axes == 3 && last == 4 && !from.is_whole && view.axes[1] == whole(2, 4) &&
      view.axes[2] == whole(1, 2))
    return add_layer("image_tokens", "", {from});
  if (batch_is_first && axes == 2 && last == 3 && !from.is_whole && view.axes[1] == whole(2, 3) &&
      view.offsets[2] == 0 && (view.offsets[1] == 0 || view.offsets[1] == source.shape[0] - 1))
    return add_layer("token_select", fmt::format("token = \"{}\"\n", view.offsets[1] == 0 ? "first" : "last"), {from});
  importer_.refuse(
      "{}: '{}' has the elements of an example of shape {} as {}, expected the same shape, a flat one, a flat one "
      "as an image, or an image [channels, height, width] as tokens [height width, channels]",
      by, name, to_string(source.shape), in_words(extents_of(view)));
}

const Tensor& NodeImport::constant(std::size_t i) const {
  if (const auto* found = std::get_if<std::shared_ptr<const Tensor>>(&value(i))) return **found;
  refuse("input {} ('{}') depends on the model's input, expected a constant", i, node_.inputs[i]);
}

const std::vector<std::int64_t>& NodeImport::integers(std::size_t i) const {
  const Tensor& tensor = constant(i);
  if (tensor.is_float()) refuse("input {} ('{}') has floats, expected integers", i, node_.inputs[i]);
  return tensor.integers();
}

float NodeImport::single_number(std::size_t i) const {
  if (constant(i).size() != 1) refuse("tensor '{}' has {} elements, expected 1", node_.inputs[i], constant(i).size());
  return weights(i, constant(i).shape)[0];
}

const std::vector<float>& NodeImport::weights(std::size_t i, const Shape& shape) const {
  return weights_of(constant(i), shape);
}

std::shared_ptr<const Tensor> NodeImport::constant_or_repeated(std::size_t i) const {
  if (const auto* found = std::get_if<Repeated>(&value(i))) return found->tensor;
  if (!is_constant(i)) return nullptr;
  const std::shared_ptr<const Tensor> tensor = shared_constant(i);
  const auto copies = importer_.batch_.value_or(1);
  if (!tensor->is_float() || tensor->shape.size() != 3 || copies < 2 || tensor->shape[0] != copies) return tensor;
  const std::vector<float>& all = tensor->floats();
  const std::size_t size = all.size() / static_cast<std::size_t>(copies);
  for (std::size_t at = size; at < all.size(); ++at)
    if (all[at] != all[at - size]) return tensor;
  const std::vector<float> first(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
  return std::make_shared<const Tensor>(Tensor{tensor->name, {1, tensor->shape[1], tensor->shape[2]}, first});
}

std::shared_ptr<const Tensor> NodeImport::shared_constant(std::size_t i) const {
  constant(i);
  return std::get<std::shared_ptr<const Tensor>>(value(i));
}

const std::vector<float>& NodeImport::weights_of(const Tensor& tensor, const Shape& shape) const {
  if (!tensor.is_float()) refuse("tensor '{}' has integers, expected floats", tensor.name);
  if (tensor.shape != shape)
    refuse("tensor '{}' has shape {}, expected {}", tensor.name, to_string(tensor.shape), to_string(shape));
  for (std::size_t at = 0; at < tensor.size(); ++at)
    if (!std::isfinite(tensor.floats()[at])) refuse("tensor '{}': element {} is no finite number", tensor.name, at);
  return tensor.floats();
}

const Attribute* NodeImport::find(const char* name) const {
  for (const Attribute& attribute : node_.attributes)
    if (attribute.name == name) return &attribute;
  return nullptr;
}

template <class T>
const T* NodeImport::attribute(const char* name, const char* type) {
  asked_.insert(name);
  const Attribute* found = find(name);
  if (found == nullptr) return nullptr;
  const T* value = std::get_if<T>(&found->value);
  if (value == nullptr) refuse("attribute '{}' is of another type, expected {}", name, type);
  return value;
}

std::int64_t NodeImport::integer(const char* name, std::optional<std::int64_t> fallback) {
  if (const auto* found = attribute<std::int64_t>(name, "an integer")) return *found;
  if (!fallback) refuse("attribute '{}' is missing, expected an integer", name);
  return *fallback;
}

float NodeImport::number(const char* name, std::optional<float> fallback) {
  if (const auto* found = attribute<float>(name, "a number")) {
    if (!std::isfinite(*found)) refuse_attribute(name, *found, "a finite number");
    return *found;
  }
  if (!fallback) refuse("attribute '{}' is missing, expected a number", name);
  return *fallback;
}

std::string NodeImport::word(const char* name, const std::string& fallback) {
  const auto* found = attribute<std::string>(name, "a word");
  if (found == nullptr) return fallback;
  const bool is_word = std::all_of(found->begin(), found->end(),
                                   [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; });
  if (!is_word || found->size() > 100) refuse("attribute '{}' is no word", name);
  return *found;
}

std::optional<std::vector<std::int64_t>> NodeImport::integer_list(const char* name) {
  const auto* found = attribute<std::vector<std::int64_t>>(name, "a list of integers");
  if (found == nullptr) return {};
  return *found;
}

const Tensor* NodeImport::tensor(const char* name) {
  return attribute<Tensor>(name, "a tensor");
}

void NodeImport::expect_integer(const char* name, std::int64_t expected) {
  if (const std::int64_t found = integer(name, expected); found != expected) refuse_attribute(name, found, expected);
}

void NodeImport::expect_number(const char* name, float expected) {
  if (const float found = number(name, expected); found != expected) refuse_attribute(name, found, expected);
}

void NodeImport::finish() const {
  for (const Attribute& attribute : node_.attributes)
    if (!asked_.contains(attribute.name)) refuse("attribute '{}' is not known here", attribute.name);
}

std::size_t NodeImport::full_axis(std::int64_t axis, std::size_t axes) const {
  const auto count = static_cast<std::int64_t>(axes);
  if (axis < -count || axis >= count) refuse("axis {} does not exist among {}", axis, axes);
  return static_cast<std::size_t>(axis < 0 ? axis + count : axis);
}

std::size_t NodeImport::example_axis(std::int64_t axis, const Shape& shape) const {
  const std::size_t full = full_axis(axis, shape.size() + 1);
  if (full == 0) refuse("axis {} is that of the batch, expected one of an example", axis);
  return full - 1;
}

std::vector<std::size_t> NodeImport::axis_order(const char* name, std::size_t axes) {
  const auto given = integer_list(name);
  std::vector<std::size_t> order(axes);
  for (std::size_t i = 0; i < axes; ++i) order[i] = axes - 1 - i;
  if (!given) return order;
  if (given->size() != axes) refuse_attribute(name, list_in_words(*given), fmt::format("an order of {} axes", axes));
  std::vector<bool> seen(axes, false);
  for (std::size_t i = 0; i < axes; ++i) {
    order[i] = full_axis((*given)[i], axes);
    if (seen[order[i]]) refuse_attribute(name, list_in_words(*given), fmt::format("an order of {} axes", axes));
    seen[order[i]] = true;
  }
  return order;
}

void NodeImport::count_computed(std::size_t numbers) {
  importer_.computed_ += numbers;
  if (importer_.computed_ > most_computed)
    refuse("computes with more than {} numbers up to here that depend on no input", most_computed);
}

void NodeImport::give(Value value, std::size_t output) {
  if (output >= node_.outputs.size() || node_.outputs[output].empty()) {
    if (output == 0) refuse("has no output");
    return;
  }
  importer_.values_[node_.outputs[output]] = std::move(value);
}

void NodeImport::give_view(std::optional<View> view, const View& from, const std::string& what) {
  if (!view) refuse("turns an example of shape {} {}", in_words(extents_of(from)), what);
  view->by = &node_;
  give(*std::move(view));
}

std::string owner_of(const std::string& tensor) {
  const std::size_t dot = tensor.rfind('.');
  return dot == std::string::npos || tensor.find(':') != std::string::npos ? std::string() : tensor.substr(0, dot);
}

std::string module_of(const std::string& node) {
  const std::size_t slash = node.rfind('/');
  return node.starts_with('/') && slash > 0 ? node.substr(1, slash - 1) : std::string();
}

namespace {

/// What a message of the configuration says, without its place.
std::string without_place(std::string_view message) {
  const std::size_t colon = message.find(": ");
  return std::string(colon == std::string_view::npos ? message : message.substr(colon + 2));
}

}  // namespace

Activation NodeImport::add_layer(const std::string& type, const std::string& keys,
                                 const std::vector<Activation>& inputs, const std::vector<LayerWeight>& weights,
                                 const std::string& name_from) {
  std::vector<Shape> shapes;
  for (const Activation& input : inputs) shapes.push_back(input.shape);
  std::shared_ptr<const Layer<float>> built;
  try {
    ConfigTable table = ConfigTable::parse_text(keys, "layer");
    built = build_layer<float>(type, table, shapes);
    table.finish();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::configuration && error.kind() != ErrorKind::usage) throw;
    refuse("{}", error.kind() == ErrorKind::configuration ? without_place(error.what()) : error.what());
  }
  importer_.check_extents(built->output_shape(), "its output");

  std::string name = owner_of(name_from);
  if (name.empty() && !weights.empty()) name = module_of(node_.name);
  if (name.empty()) name = fmt::format("{}{}", type, ++importer_.count_[type]);
  name = importer_.unused_name(name);

  const std::vector<ParameterSchema::Declaration> parameters = built->parameters();
  if (parameters.size() != weights.size())
    fail(ErrorKind::internal, "the import of {} gives {} weights, its layer has {}", type, weights.size(),
         parameters.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (parameters[i].name != weights[i].parameter || element_count(parameters[i].shape) != weights[i].values.size())
      fail(ErrorKind::internal, "the import of {} gives the weight {} another layout than its layer", type,
           weights[i].parameter);
    importer_.parameters_ += weights[i].values.size();
    if (importer_.parameters_ > most_parameters)
      refuse("with it the model has more than {} parameters", most_parameters);
    importer_.model_.weights.push_back({name + "." + parameters[i].name, parameters[i].shape, weights[i].values});
  }

  std::string& text = importer_.model_.layers;
  text += fmt::format("[[layers]]\ntype = \"{}\"\nname = \"{}\"\n{}", type, name, keys);
  if (inputs.size() != 1 || inputs[0].layer != importer_.latest_) {
    std::vector<std::string> quoted;
    for (const Activation& input : inputs) quoted.push_back("\"" + input.layer + "\"");
    text += fmt::format("inputs = [{}]\n", fmt::join(quoted, ", "));
  }
  importer_.latest_ = name;
  return {name, built->output_shape()};
}

}  // namespace onnx

OnnxModel import_onnx(std::span<const std::byte> bytes, const std::string& origin) {
  return onnx::Importer(onnx::decode(bytes, origin), origin).run();
}

OnnxModel import_onnx(const std::filesystem::path& file) {
  return import_onnx(read_bytes(file), file.string());
}

Parameters OnnxModel::parameters(const std::shared_ptr<const ParameterSchema>& schema,
                                 const std::string& origin) const {
  Parameters result(schema);
  for (const Weight& weight : weights) {
    const ParameterEntry* entry = schema->find(weight.name);
    if (entry == nullptr) fail(ErrorKind::data, "{}: tensor '{}' is not part of the model", origin, weight.name);
    if (entry->shape != weight.shape)
      fail(ErrorKind::data, "{}: tensor '{}': shape is {}, the model's is {}", origin, weight.name,
           to_string(weight.shape), to_string(entry->shape));
    std::ranges::copy(weight.values, result.tensor(weight.name).begin());
  }
  for (const ParameterEntry& entry : schema->entries())
    if (std::none_of(weights.begin(), weights.end(), [&](const Weight& weight) { return weight.name == entry.name; }))
      fail(ErrorKind::data, "{}: tensor '{}' of the model is missing", origin, entry.name);
  return result;
}

}  // namespace tacit::models
