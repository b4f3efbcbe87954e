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
    const OperatorImport import = import_of(node.operation);
    if (import == nullptr) refuse("{}: the operator is not known here", in_words(node));
    NodeImport context(*this, node);
    import(context);
    context.finish();
  }
  const std::string& output = document_.outputs[0].name;
  const auto found = values_.find(output);
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

const Activation& NodeImport::activation(std::size_t i) const {
  const Activation& found = any_activation(i);
  if (found.is_whole)
    refuse("input {} ('{}') is whole numbers, expected floats or an embedding of them", i, node_.inputs[i]);
  if (!found.rows_of.empty())
    refuse("input {} ('{}') is an image of shape {} made {}, expected a Transpose to tokens", i, node_.inputs[i],
           to_string(found.rows_of), to_string(found.shape));
  return found;
}

const std::string& NodeImport::repeated_token(std::size_t i) const {
  if (const auto* found = std::get_if<RepeatedToken>(&value(i))) return found->tensor;
  refuse("input {} ('{}') is no token that is repeated for every example", i, node_.inputs[i]);
}

const Activation& NodeImport::any_activation(std::size_t i) const {
  if (const auto* found = std::get_if<Activation>(&value(i))) return *found;
  refuse("input {} ('{}') is constant, expected one that depends on the model's input", i, node_.inputs[i]);
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
  constant(i);
  return weights_of(node_.inputs[i], shape);
}

const std::vector<float>& NodeImport::weights_of(const std::string& name, const Shape& shape) const {
  const Tensor& tensor = *std::get<std::shared_ptr<const Tensor>>(importer_.values_.at(name));
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

void NodeImport::give(Value value) {
  if (node_.outputs.empty() || node_.outputs[0].empty()) refuse("has no output");
  importer_.values_[node_.outputs[0]] = std::move(value);
}

namespace {

/// "features.0.weight" gives "features.0"; names that exporters made up give nothing.
std::string owner_of(const std::string& tensor) {
  const std::size_t dot = tensor.rfind('.');
  return dot == std::string::npos || tensor.find(':') != std::string::npos ? std::string() : tensor.substr(0, dot);
}

/// "/block/fc/Gemm" gives "block/fc", as PyTorch names nodes after modules.
std::string module_of(const std::string& node) {
  const std::size_t slash = node.rfind('/');
  return node.starts_with('/') && slash > 0 ? node.substr(1, slash - 1) : std::string();
}

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
