#include "models/onnx/operators/operators.h"

namespace tacit::models::onnx {

void import_identity(NodeImport& node) {
  node.expect_inputs(1, 1);
  node.give(node.value(0));
}

// Of a model that was exported for use; what it drops in training the file does not say then.
void import_dropout(NodeImport& node) {
  node.expect_inputs(1, 3);
  node.ignore("seed");
  node.give(node.activation(0));
}

void import_cast(NodeImport& node) {
  node.expect_inputs(1, 1);
  node.ignore("saturate");
  node.ignore("round_mode");
  const std::int64_t type = node.integer("to");
  const ElementType wanted = node.is_activation(0) ? ElementType::float32 : ElementType::int64;
  if (type != static_cast<std::int64_t>(wanted)) node.refuse_attribute("to", type, static_cast<int>(wanted));
  node.give(node.value(0));
}

}  // namespace tacit::models::onnx
