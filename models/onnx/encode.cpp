#include <cstring>
#include <limits>

#include "core/error.h"
#include "models/onnx/document.h"
#include "onnx_schema/schema.pb.h"

namespace tacit::models::onnx {

namespace {

namespace schema = onnx_schema;

constexpr std::int64_t ir_version = 8;  // that of operator set 17

template <class Value>
std::string bytes_of(const std::vector<Value>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value)};
}

void write(const Tensor& tensor, schema::TensorProto& proto) {
  proto.set_name(tensor.name);
  for (const std::int64_t extent : tensor.shape) proto.add_dims(extent);
  proto.set_data_type(static_cast<int>(tensor.is_float() ? ElementType::float32 : ElementType::int64));
  proto.set_raw_data(tensor.is_float() ? bytes_of(tensor.floats()) : bytes_of(tensor.integers()));
}

struct AttributeWriter {
  schema::AttributeProto& proto;

  void operator()(std::int64_t value) const {
    proto.set_type(schema::AttributeProto::INT);
    proto.set_i(value);
  }
  void operator()(float value) const {
    proto.set_type(schema::AttributeProto::FLOAT);
    proto.set_f(value);
  }
  void operator()(const std::string& value) const {
    proto.set_type(schema::AttributeProto::STRING);
    proto.set_s(value);
  }
  void operator()(const std::vector<std::int64_t>& values) const {
    proto.set_type(schema::AttributeProto::INTS);
    proto.mutable_ints()->Add(values.begin(), values.end());
  }
  void operator()(const std::vector<float>& values) const {
    proto.set_type(schema::AttributeProto::FLOATS);
    proto.mutable_floats()->Add(values.begin(), values.end());
  }
  void operator()(const Tensor& tensor) const {
    proto.set_type(schema::AttributeProto::TENSOR);
    write(tensor, *proto.mutable_t());
  }
};

void write(const Node& node, schema::NodeProto& proto) {
  proto.set_name(node.name);
  proto.set_op_type(node.operation);
  for (const std::string& input : node.inputs) proto.add_input(input);
  for (const std::string& output : node.outputs) proto.add_output(output);
  for (const Attribute& attribute : node.attributes) {
    schema::AttributeProto& written = *proto.add_attribute();
    written.set_name(attribute.name);
    std::visit(AttributeWriter{written}, attribute.value);
  }
}

void write(const ValueInfo& value, schema::ValueInfoProto& proto) {
  proto.set_name(value.name);
  auto& type = *proto.mutable_type()->mutable_tensor_type();
  type.set_elem_type(static_cast<int>(value.type));
  type.mutable_shape();
  for (const auto& extent : value.shape) {
    auto& dimension = *type.mutable_shape()->add_dim();
    if (extent) {
      dimension.set_dim_value(*extent);
    } else {
      dimension.set_dim_param("batch");
    }
  }
}

}  // namespace

std::vector<std::byte> encode(const Document& document) {
  schema::ModelProto model;
  model.set_ir_version(ir_version);
  model.set_producer_name("tacit");
  auto& set = *model.add_opset_import();
  set.set_domain("");
  set.set_version(document.operator_set);
  schema::GraphProto& graph = *model.mutable_graph();
  graph.set_name("tacit");
  for (const Node& node : document.nodes) write(node, *graph.add_node());
  for (const Tensor& tensor : document.constants) write(tensor, *graph.add_initializer());
  for (const ValueInfo& value : document.inputs) write(value, *graph.add_input());
  for (const ValueInfo& value : document.outputs) write(value, *graph.add_output());
  const std::size_t size = model.ByteSizeLong();
  if (size > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    fail(ErrorKind::resource, "the model takes {} bytes as ONNX, whose files end at 2147483647", size);
  const std::string text = model.SerializeAsString();
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

}  // namespace tacit::models::onnx
