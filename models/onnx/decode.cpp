#include <fmt/format.h>

#include <cstring>
#include <limits>
#include <set>

#include "core/error.h"
#include "models/onnx/document.h"
#include "onnx_schema/schema.pb.h"

namespace tacit::models::onnx {

namespace {

namespace schema = onnx_schema;

// Far above any model of a known kind; below, no step of ours takes long however a file is made.
constexpr int most_nodes = 10'000;
constexpr int most_axes = 16;
constexpr std::size_t longest_name = 1000;

class Reader {
 public:
  explicit Reader(const std::string& origin) : origin_(origin) {}

  Document read(std::span<const std::byte> bytes);

 private:
  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    fail(ErrorKind::data, "{}: {}", origin_, fmt::format(format, std::forward<Args>(args)...));
  }
  void check_name(const std::string& name) const;
  std::int64_t operator_set(const schema::ModelProto& model) const;
  Shape shape_of(const schema::TensorProto& tensor) const;
  Tensor tensor(const schema::TensorProto& tensor, const std::string& name) const;
  Attribute attribute(const schema::AttributeProto& attribute, const Node& node) const;
  Node node(const schema::NodeProto& node) const;
  ValueInfo value(const schema::ValueInfoProto& info) const;
  void define(const std::string& name);
  void read_graph(const schema::GraphProto& graph, Document& document);

  const std::string& origin_;
  std::set<std::string> defined_;
};

/// Names stand in messages, which are one line each.
void Reader::check_name(const std::string& name) const {
  if (name.size() > longest_name) refuse("has a name of {} bytes, expected at most {}", name.size(), longest_name);
  for (const char c : name)
    if (static_cast<unsigned char>(c) < 0x20) refuse("has a name with a control character");
}

std::int64_t Reader::operator_set(const schema::ModelProto& model) const {
  for (const auto& set : model.opset_import()) {
    if (!set.domain().empty() && set.domain() != "ai.onnx") continue;
    if (set.version() < oldest_operator_set || set.version() > newest_operator_set)
      refuse("uses operator set {}, expected {} to {}", set.version(), oldest_operator_set, newest_operator_set);
    return set.version();
  }
  refuse("names no version of the standard operators");
}

/// The product of extents is held against what the file can hold before anything is multiplied or allocated.
Shape Reader::shape_of(const schema::TensorProto& tensor) const {
  if (tensor.dims_size() > most_axes)
    refuse("tensor '{}': has {} axes, expected at most {}", tensor.name(), tensor.dims_size(), most_axes);
  Shape shape(tensor.dims().begin(), tensor.dims().end());
  std::int64_t elements = 1;
  for (const std::int64_t extent : shape) {
    if (extent < 0) refuse("tensor '{}': shape {} has a negative extent", tensor.name(), to_string(shape));
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    if (extent > most || (extent > 0 && elements > most / extent))
      refuse("tensor '{}': shape {} has more elements than a file can hold", tensor.name(), to_string(shape));
    elements *= extent;
  }
  return shape;
}

/// The elements of a tensor, of the type in the file, as `To`.
template <class From, class To, class Field, class Refuse>
std::vector<To> elements(const schema::TensorProto& tensor, std::size_t count, const Field& typed,
                         const Refuse& wrong_size) {
  // Sizes first: what a shape announces must be there before anything is allocated for it.
  const bool is_raw = tensor.has_raw_data() && (!tensor.raw_data().empty() || typed.empty());
  if (is_raw && (tensor.raw_data().size() != count * sizeof(From) || !typed.empty()))
    wrong_size(tensor.raw_data().size(), count * sizeof(From), "bytes");
  if (!is_raw && static_cast<std::size_t>(typed.size()) != count)
    wrong_size(static_cast<std::size_t>(typed.size()), count, "values");
  std::vector<To> values(count);
  if (is_raw) {
    for (std::size_t i = 0; i < count; ++i) {
      From value;
      std::memcpy(&value, tensor.raw_data().data() + i * sizeof(From), sizeof(From));
      values[i] = static_cast<To>(value);
    }
    return values;
  }
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<To>(typed[static_cast<int>(i)]);
  return values;
}

Tensor Reader::tensor(const schema::TensorProto& proto, const std::string& name) const {
  if (proto.data_location() == schema::TensorProto::EXTERNAL)
    refuse(
        "tensor '{}': its values lie in another file; export the model again with its weights inside "
        "(external_data=False in PyTorch)",
        name);
  Tensor result{name, shape_of(proto), {}};
  const std::size_t count = element_count(result.shape);
  const auto wrong_size = [&](std::size_t found, std::size_t expected, const char* unit) {
    refuse("tensor '{}': holds {} {}, shape {} needs {}", name, found, unit, to_string(result.shape), expected);
  };
  switch (static_cast<ElementType>(proto.data_type())) {
    case ElementType::float32:
      result.values = elements<float, float>(proto, count, proto.float_data(), wrong_size);
      return result;
    case ElementType::float64:
      result.values = elements<double, float>(proto, count, proto.double_data(), wrong_size);
      return result;
    case ElementType::int64:
      result.values = elements<std::int64_t, std::int64_t>(proto, count, proto.int64_data(), wrong_size);
      return result;
    case ElementType::int32:
      result.values = elements<std::int32_t, std::int64_t>(proto, count, proto.int32_data(), wrong_size);
      return result;
    case ElementType::boolean:
      result.values = elements<std::uint8_t, std::int64_t>(proto, count, proto.int32_data(), wrong_size);
      return result;
  }
  refuse(
      "tensor '{}': its elements are of type {} of the format, expected 1 (float32), 11 (float64), 7 (int64), 6 "
      "(int32) "
      "or 9 (bool)",
      name, proto.data_type());
}

Attribute Reader::attribute(const schema::AttributeProto& proto, const Node& node) const {
  using Proto = schema::AttributeProto;
  switch (proto.type()) {
    case Proto::INT:
      return {proto.name(), proto.i()};
    case Proto::FLOAT:
      return {proto.name(), proto.f()};
    case Proto::STRING:
      return {proto.name(), proto.s()};
    case Proto::INTS:
      return {proto.name(), std::vector<std::int64_t>(proto.ints().begin(), proto.ints().end())};
    case Proto::FLOATS:
      return {proto.name(), std::vector<float>(proto.floats().begin(), proto.floats().end())};
    case Proto::TENSOR:
      return {proto.name(), tensor(proto.t(), node.outputs.empty() ? node.name : node.outputs[0])};
    default:
      refuse("{}: attribute '{}' is of a type that none of the known operators has", in_words(node), proto.name());
  }
}

Node Reader::node(const schema::NodeProto& proto) const {
  Node result{.name = proto.name(),
              .operation = proto.op_type(),
              .inputs = {proto.input().begin(), proto.input().end()},
              .outputs = {proto.output().begin(), proto.output().end()},
              .attributes = {}};
  check_name(result.name);
  check_name(result.operation);
  check_name(proto.domain());
  for (const std::string& name : result.outputs) check_name(name);
  for (const std::string& name : result.inputs) check_name(name);
  if (!proto.domain().empty() && proto.domain() != "ai.onnx")
    refuse("{}: the operator belongs to '{}', expected one of the standard operators", in_words(result),
           proto.domain());
  std::set<std::string> seen;
  for (const auto& item : proto.attribute()) {
    check_name(item.name());
    if (!seen.insert(item.name()).second) refuse("{}: attribute '{}' stands twice", in_words(result), item.name());
    result.attributes.push_back(attribute(item, result));
  }
  return result;
}

ValueInfo Reader::value(const schema::ValueInfoProto& info) const {
  const auto& type = info.type().tensor_type();
  if (!info.type().has_tensor_type() || !type.has_shape())
    refuse("value '{}' of the graph has no shape, expected a tensor with a batch as its first axis", info.name());
  ValueInfo result{info.name(), static_cast<ElementType>(type.elem_type()), {}};
  if (type.shape().dim_size() > most_axes)
    refuse("value '{}' has {} axes, expected at most {}", info.name(), type.shape().dim_size(), most_axes);
  for (const auto& dimension : type.shape().dim()) {
    if (!dimension.has_dim_value()) {
      result.shape.emplace_back();
      continue;
    }
    if (dimension.dim_value() < 0)
      refuse("value '{}' has an axis of extent {}, expected 0 at least", info.name(), dimension.dim_value());
    result.shape.emplace_back(dimension.dim_value());
  }
  return result;
}

void Reader::define(const std::string& name) {
  check_name(name);
  if (name.empty()) refuse("a value of the graph has no name");
  if (!defined_.insert(name).second) refuse("value '{}' is given twice", name);
}

void Reader::read_graph(const schema::GraphProto& graph, Document& document) {
  if (graph.node_size() > most_nodes || graph.initializer_size() > most_nodes)
    refuse("has {} nodes and {} tensors, expected at most {} of each", graph.node_size(), graph.initializer_size(),
           most_nodes);
  if (graph.sparse_initializer_size() > 0) refuse("has sparse tensors, expected dense ones");
  for (const auto& initializer : graph.initializer()) {
    define(initializer.name());
    document.constants.push_back(tensor(initializer, initializer.name()));
  }
  for (const auto& input : graph.input()) {
    if (defined_.contains(input.name())) continue;  // the description of an initializer
    define(input.name());
    document.inputs.push_back(value(input));
  }
  for (const auto& proto : graph.node()) {
    Node result = node(proto);
    for (const std::string& input : result.inputs)
      if (!input.empty() && !defined_.contains(input))
        refuse("{}: reads '{}', which nothing before it gives", in_words(result), input);
    for (const std::string& output : result.outputs)
      if (!output.empty()) define(output);
    document.nodes.push_back(std::move(result));
  }
  for (const auto& output : graph.output()) {
    check_name(output.name());
    if (!defined_.contains(output.name())) refuse("its output '{}' is given by no node", output.name());
    document.outputs.push_back({output.name(), ElementType::float32, {}});
  }
}

Document Reader::read(std::span<const std::byte> bytes) {
  schema::ModelProto model;
  if (bytes.empty() || bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    refuse("{} bytes are no ONNX file, which has 1 to 2147483647", bytes.size());
  if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !model.has_graph())
    refuse("is no ONNX file, or a part of one");
  Document document;
  document.operator_set = operator_set(model);
  read_graph(model.graph(), document);
  return document;
}

}  // namespace

std::string in_words(const Node& node) {
  std::string name = node.name;
  if (name.empty() && !node.outputs.empty()) name = node.outputs[0];
  return fmt::format("node '{}' ({})", name, node.operation);
}

Document decode(std::span<const std::byte> bytes, const std::string& origin) {
  return Reader(origin).read(bytes);
}

}  // namespace tacit::models::onnx
