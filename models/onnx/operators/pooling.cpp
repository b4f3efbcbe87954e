#include "models/layers/pooling.h"

#include <algorithm>

#include "models/onnx/operators/operators.h"
#include "models/onnx/operators/windows.h"

namespace tacit::models::onnx {

namespace {

void pool(NodeImport& node, const char* type, const Activation& x, const SquareWindow& window) {
  if (window.dilation != 1) node.refuse_attribute("dilations", window.dilation, 1);
  node.layer(
      type, fmt::format("kernel = {}\nstride = {}\npadding = {}\n", window.kernel, window.stride, window.padding), {x});
}

/// The axes of a reduction over a whole image: both, whatever their order and sign.
bool is_whole_image(const NodeImport& node, const std::vector<std::int64_t>& axes, const Shape& shape) {
  if (shape.size() != 3 || axes.size() != 2) return false;
  const std::size_t first = node.full_axis(axes[0], 4), second = node.full_axis(axes[1], 4);
  return std::min(first, second) == 2 && std::max(first, second) == 3;
}

}  // namespace

void import_max_pool(NodeImport& node) {
  node.expect_inputs(1, 1);
  node.ignore("storage_order");  // of indices, which nothing here reads
  const Activation x = node.activation(0);
  pool(node, "max_pool", x, square_window(node, x));
}

void import_average_pool(NodeImport& node) {
  node.expect_inputs(1, 1);
  const Activation x = node.activation(0);
  const SquareWindow window = square_window(node, x);
  const std::int64_t counts_padding = node.integer("count_include_pad", 0);
  if (window.padding != 0 && counts_padding != 0)
    node.refuse_attribute("count_include_pad", counts_padding, "0, as padding does not count in a mean here");
  pool(node, "average_pool", x, window);
}

void import_global_average_pool(NodeImport& node) {
  node.expect_inputs(1, 1);
  node.layer("global_average_pool", "", {node.activation(0)});
}

void import_reduce_mean(NodeImport& node) {
  node.expect_inputs(1, 2);
  const Activation x = node.activation(0);
  std::vector<std::int64_t> axes = node.integer_list("axes").value_or(Shape{});
  if (node.has_input(1)) axes = node.integers(1);
  node.ignore("noop_with_empty_axes");
  if (x.shape.size() == 2 && axes.size() == 1 && node.full_axis(axes[0], 3) == 1) {
    node.expect_integer("keepdims", 0);
    if (!node.has_attribute("keepdims")) node.refuse_attribute("keepdims", 1, 0);
    return node.layer("token_mean", "", {x});
  }
  if (!is_whole_image(node, axes, x.shape))
    node.refuse(
        "takes the mean of an example of shape {} over axes {}, expected axes [2,3] of images, or [1] of sequences",
        to_string(x.shape), list_in_words(axes));
  if (node.integer("keepdims", 1) != 0) return node.layer("global_average_pool", "", {x});
  node.layer("flatten", "", {node.add_layer("global_average_pool", "", {x})});
}

void export_max_pool(LayerExport& layer) {
  const auto& pooling = layer.layer_as<MaxPooling<float>>();
  layer.give(layer.node("MaxPool", {layer.input(0)}, window_attributes(pooling.windows())));
}

void export_average_pool(LayerExport& layer) {
  const kernels::ImageWindows& windows = layer.layer_as<AveragePooling<float>>().windows();
  const bool is_global = windows.kernel == windows.image && windows.padding == std::array<std::size_t, 2>{0, 0};
  if (is_global) return layer.give(layer.node("GlobalAveragePool", {layer.input(0)}));
  std::vector<Attribute> attributes = window_attributes(windows);
  attributes.push_back({"count_include_pad", std::int64_t{0}});
  layer.give(layer.node("AveragePool", {layer.input(0)}, attributes));
}

}  // namespace tacit::models::onnx
