#include "models/onnx/operators/operators.h"

namespace tacit::models::onnx {

void import_identity(NodeImport& node) {
  node.expect_inputs(1, 1);
  node.give(node.value(0));
}

void import_cast(NodeImport& node) {
  node.expect_inputs(1, 1);
  node.ignore("saturate");
  node.ignore("round_mode");
  const std::int64_t type = node.integer("to");
  const auto* view = std::get_if<View>(&node.value(0));
  if (view != nullptr && view->source->kind == Source::Kind::truths &&
      type == static_cast<std::int64_t>(view->source->is_added ? ElementType::float32 : ElementType::boolean))
    return node.give(node.value(0));
  const bool to_whole =
      type == static_cast<std::int64_t>(ElementType::int64) || type == static_cast<std::int64_t>(ElementType::int32);
  if (!to_whole && type != static_cast<std::int64_t>(ElementType::float32))
    node.refuse_attribute("to", type, "1 (float32), or 7 (int64) for an embedding");
  if (std::holds_alternative<View>(node.value(0)) && !to_whole) return node.give(node.value(0));
  Activation x = node.any_activation(0);
  x.is_whole = to_whole;
  node.give(x);
}

}  // namespace tacit::models::onnx
