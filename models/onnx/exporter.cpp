#include "models/onnx/exporter.h"

#include <algorithm>

#include "core/error.h"
#include "models/onnx/export.h"
#include "models/onnx/operators/operators.h"

namespace tacit::models {

namespace onnx {

namespace {

/// LayerNormalization came with it, and files of later sets are refused by older readers.
constexpr std::int64_t written_operator_set = 17;

std::vector<std::optional<std::int64_t>> with_batch(const Shape& shape) {
  std::vector<std::optional<std::int64_t>> all{std::nullopt};
  all.insert(all.end(), shape.begin(), shape.end());
  return all;
}

}  // namespace

std::string Exporter::unused_name(const std::string& wanted) {
  std::string candidate = wanted;
  for (int copy = 2; !names_.insert(candidate).second; ++copy) candidate = fmt::format("{}_{}", wanted, copy);
  return candidate;
}

Document Exporter::run() {
  graph_.schema();  // refuses graphs that are no model
  if (theta_.size() != graph_.parameter_count())
    fail(ErrorKind::usage, "{} parameter values given for a model of {}", theta_.size(), graph_.parameter_count());
  document_.operator_set = written_operator_set;
  names_ = {"input", "output"};
  values_.push_back("input");
  document_.inputs.push_back({"input", ElementType::float32, with_batch(graph_.shape(0))});
  for (const auto& node : graph_.nodes()) {
    const LayerToOnnx write = export_of(node.layer->type());
    if (write == nullptr)
      fail(ErrorKind::usage, "layer '{}' is of type {}, which ONNX has no operators for", node.name,
           node.layer->type());
    LayerExport layer(*this, node);
    write(layer);
    values_.push_back(layer.result());
  }
  // The last node gives the output, unless the last layers pass on what others read too.
  const bool is_read = std::any_of(document_.nodes.begin(), document_.nodes.end(), [&](const Node& node) {
    return std::find(node.inputs.begin(), node.inputs.end(), values_.back()) != node.inputs.end();
  });
  if (is_read || document_.nodes.empty() || document_.nodes.back().outputs[0] != values_.back()) {
    document_.nodes.push_back({.name = "output",
                               .operation = "Identity",
                               .inputs = {values_.back()},
                               .outputs = {"output"},
                               .attributes = {}});
  }
  document_.nodes.back().outputs[0] = "output";
  document_.outputs.push_back({"output", ElementType::float32, with_batch(graph_.shape(graph_.nodes().size()))});
  return std::move(document_);
}

std::string LayerExport::input(std::size_t i) {
  const auto value = node_.inputs[i];
  // A graph compares numbers of elements only.
  if (exporter_.graph_.shape(value) == input_shape(i)) return exporter_.values_[value];
  return reshape(exporter_.values_[value], input_shape(i));
}

std::string LayerExport::flat_input(std::size_t i) {
  if (exporter_.graph_.shape(node_.inputs[i]).size() == 1) return exporter_.values_[node_.inputs[i]];
  return node("Flatten", {exporter_.values_[node_.inputs[i]]}, {{"axis", std::int64_t{1}}});
}

bool LayerExport::has_parameter(const std::string& name) const {
  const auto all = node_.layer->parameters();
  return std::any_of(all.begin(), all.end(), [&](const auto& declaration) { return declaration.name == name; });
}

std::span<const float> LayerExport::parameter_values(const std::string& name) const {
  std::size_t offset = node_.theta_offset;
  for (const auto& declaration : node_.layer->parameters()) {
    const std::size_t size = element_count(declaration.shape);
    if (declaration.name == name) return exporter_.theta_.subspan(offset, size);
    offset += size;
  }
  fail(ErrorKind::internal, "layer '{}' has no parameter '{}'", node_.name, name);
}

std::string LayerExport::parameter(const std::string& name) {
  for (const auto& declaration : node_.layer->parameters())
    if (declaration.name == name) return parameter(name, declaration.shape);
  fail(ErrorKind::internal, "layer '{}' has no parameter '{}'", node_.name, name);
}

std::string LayerExport::parameter(const std::string& name, const Shape& shape) {
  const std::span<const float> values = parameter_values(name);
  return constant(name, shape, {values.begin(), values.end()});
}

std::string LayerExport::constant(const std::string& name, Shape shape, std::vector<float> values) {
  const std::string full = exporter_.unused_name(node_.name + "." + name);
  exporter_.document_.constants.push_back({full, std::move(shape), std::move(values)});
  return full;
}

std::string LayerExport::integers(const std::string& name, Shape shape, std::vector<std::int64_t> values) {
  const std::string full = exporter_.unused_name(node_.name + "." + name);
  exporter_.document_.constants.push_back({full, std::move(shape), std::move(values)});
  return full;
}

std::string LayerExport::constant(const std::string& name, std::vector<std::int64_t> values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return integers(name, {count}, std::move(values));
}

std::string LayerExport::index(const std::string& name, std::int64_t value) {
  return integers(name, {}, {value});
}

void LayerExport::refuse(const std::string& why) const {
  fail(ErrorKind::usage, "layer '{}' of type {} {}", node_.name, node_.layer->type(), why);
}

std::string LayerExport::per_token(const std::string& value, const std::string& weight, const std::string& bias,
                                   std::int64_t inputs, std::int64_t outputs) {
  const std::span<const float> matrix = parameter_values(weight);
  std::vector<float> transposed(matrix.size());
  const auto rows = static_cast<std::size_t>(outputs), columns = static_cast<std::size_t>(inputs);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column)
      transposed[column * rows + row] = matrix[row * columns + column];
  const std::string product = node("MatMul", {value, constant(weight, {inputs, outputs}, std::move(transposed))});
  return has_parameter(bias) ? node("Add", {product, parameter(bias)}) : product;
}

std::string LayerExport::counting_tokens(std::size_t i, const Padding& padding, std::int64_t tokens) {
  const auto token = static_cast<float>(padding.token);
  std::string ids = flat_input(i);
  const std::int64_t in_front = tokens - static_cast<std::int64_t>(padding.ids);
  if (in_front > 0)  // any other id, before those of the example
    ids = node("Pad",
               {ids, constant("in_front", std::vector<std::int64_t>{0, in_front, 0, 0}), number("token", token + 1)});
  return node("Not", {node("Equal", {ids, number("padding", token)})});
}

std::string LayerExport::node(const std::string& operation, std::vector<std::string> inputs,
                              std::vector<Attribute> attributes) {
  const std::string name = exporter_.unused_name(node_.name + "/" + operation);
  exporter_.document_.nodes.push_back({.name = name,
                                       .operation = operation,
                                       .inputs = std::move(inputs),
                                       .outputs = {name},
                                       .attributes = std::move(attributes)});
  return name;
}

std::string LayerExport::reshape(const std::string& value, const Shape& shape) {
  std::vector<std::int64_t> target{0};  // 0: the extent that is there
  target.insert(target.end(), shape.begin(), shape.end());
  return node("Reshape", {value, constant("shape", std::move(target))});
}

}  // namespace onnx

std::vector<std::byte> export_onnx(const Graph<float>& graph, std::span<const float> theta) {
  return onnx::encode(onnx::Exporter(graph, theta).run());
}

}  // namespace tacit::models
