#include <algorithm>

#include "models/onnx/operators/operators.h"

namespace tacit::models::onnx {

namespace {

/// Gives input 0 in another shape of as many elements: what it is, flat, or an image as [channels, pixels].
void give_reshaped(NodeImport& node, const Activation& x, const Shape& shape) {
  if (shape == x.shape) return node.give(x);
  if (x.shape.size() == 3 && shape.size() == 2 && shape[0] == x.shape[0])
    return node.give(Activation{x.layer, shape, false, x.shape});
  if (shape.size() != 1)
    node.refuse("turns an example of shape {} into {}, expected the same shape or a flat one", to_string(x.shape),
                to_string(shape));
  node.layer("flatten", "", {x});
}

std::string in_words(const Extents& extents) {
  if (extents.size() > 16) return fmt::format("a shape of {} axes", extents.size());
  std::string text;
  for (const auto& extent : extents) text += (text.empty() ? "" : ",") + (extent ? std::to_string(*extent) : "batch");
  return "[" + text + "]";
}

/// The target with zeros replaced by what stands there, and one -1 by what is left. The batch is the first extent.
Shape target_shape(const NodeImport& node, const Shape& from, const Extents& target, bool zero_is_extent) {
  const auto refuse = [&]() {
    node.refuse("turns an example of shape {} into {} with the batch first, expected as many elements an example",
                to_string(from), in_words(target));
  };
  if (target.empty()) refuse();
  const std::optional<std::int64_t> first = target[0];
  const bool first_is_open = first == -1;
  if (first && !first_is_open && !(first == 0 && !zero_is_extent) && first != node.batch()) refuse();
  Shape shape;
  std::size_t open = 0, product = 1;  // of the extents that are known; 0 stands for no open one
  for (std::size_t i = 1; i < target.size(); ++i) {
    if (!target[i]) refuse();
    std::int64_t extent = *target[i];
    if (extent == 0 && !zero_is_extent) {
      if (i > from.size()) refuse();
      extent = from[i - 1];
    }
    if (extent == -1) {
      if (open != 0 || first_is_open) refuse();
      open = i;
    } else if (extent < 1 || product > element_count(from) / static_cast<std::size_t>(extent)) {
      refuse();
    } else {
      product *= static_cast<std::size_t>(extent);
    }
    shape.push_back(extent);
  }
  if (open != 0) {
    shape[open - 1] = static_cast<std::int64_t>(element_count(from) / product);
    product *= element_count(from) / product;
  }
  if (product != element_count(from)) refuse();
  return shape;
}

/// The axes of Squeeze or Unsqueeze.
std::vector<std::int64_t> axes_of(NodeImport& node) {
  node.expect_inputs(1, 2);
  return node.has_input(1) ? node.integers(1) : Shape{};
}

}  // namespace

void import_flatten(NodeImport& node) {
  node.expect_inputs(1, 1);
  const Activation& x = node.activation(0);
  const std::int64_t axis = node.integer("axis", 1);
  if (node.example_axis(axis, x.shape) != 0) node.refuse_attribute("axis", axis, "1, the first axis of an example");
  give_reshaped(node, x, {static_cast<std::int64_t>(element_count(x.shape))});
}

void import_reshape(NodeImport& node) {
  node.expect_inputs(2, 2);
  const bool zero_is_extent = node.integer("allowzero", 0) != 0;
  if (!node.is_activation(0)) return node.give(extents(node, 0));
  const Activation& x = node.activation(0);
  give_reshaped(node, x, target_shape(node, x.shape, extents(node, 1), zero_is_extent));
}

void import_squeeze(NodeImport& node) {
  const std::vector<std::int64_t> axes = axes_of(node);
  if (!node.is_activation(0)) return node.give(extents(node, 0));
  const Activation& x = node.activation(0);
  std::vector<bool> dropped(x.shape.size(), axes.empty());
  for (const std::int64_t axis : axes) dropped[node.example_axis(axis, x.shape)] = true;
  Shape shape;
  for (std::size_t i = 0; i < x.shape.size(); ++i) {
    if (dropped[i] && x.shape[i] != 1 && !axes.empty())
      node.refuse("drops axis {} of an example of shape {}, expected axes of extent 1", i + 1, to_string(x.shape));
    if (!dropped[i] || x.shape[i] != 1) shape.push_back(x.shape[i]);
  }
  give_reshaped(node, x, shape);
}

void import_unsqueeze(NodeImport& node) {
  const std::vector<std::int64_t> axes = axes_of(node);
  if (!node.is_activation(0)) return node.give(extents(node, 0));
  node.refuse("adds axes {} to an example, expected extents computed from a shape", list_in_words(axes));
}

void export_flatten(LayerExport& layer) {
  layer.give(layer.flat_input(0));
}

}  // namespace tacit::models::onnx
