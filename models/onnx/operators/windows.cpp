#include "models/onnx/operators/windows.h"

#include <algorithm>

namespace tacit::models::onnx {

namespace {

/// The one number that a list of `size` repeats.
std::int64_t repeated(const NodeImport& node, const char* name, const std::vector<std::int64_t>& list, std::size_t size,
                      std::int64_t least) {
  if (list.size() != size) node.refuse_attribute(name, list_in_words(list), fmt::format("{} numbers", size));
  if (std::any_of(list.begin(), list.end(), [&](std::int64_t value) { return value != list[0]; }))
    node.refuse_attribute(name, list_in_words(list), "equal numbers");
  if (list[0] < least || list[0] > 4096)
    node.refuse_attribute(name, list_in_words(list), fmt::format("numbers of {} to 4096", least));
  return list[0];
}

/// The padding that makes as many positions as pixels / stride, rounded up, if it is the same on all sides.
std::int64_t same_padding(const NodeImport& node, const SquareWindow& window, const Shape& image,
                          const std::string& word) {
  std::int64_t total[2];
  for (const std::size_t axis : {0, 1}) {
    const std::int64_t pixels = image[axis + 1], positions = (pixels + window.stride - 1) / window.stride;
    total[axis] =
        std::max<std::int64_t>((positions - 1) * window.stride + window.dilation * (window.kernel - 1) + 1 - pixels, 0);
  }
  if (total[0] != total[1] || total[0] % 2 != 0)
    node.refuse_attribute("auto_pad", word, "one that pads all sides alike here, or NOTSET and pads");
  return total[0] / 2;
}

/// Rounding up must give as many positions as rounding down, which is what layers of ours do.
void check_ceil(NodeImport& node, const SquareWindow& window, const Shape& image) {
  const std::int64_t ceil_mode = node.integer("ceil_mode", 0);
  for (const std::size_t axis : {1, 2})
    if (ceil_mode != 0 &&
        (image[axis] + 2 * window.padding - window.dilation * (window.kernel - 1) - 1) % window.stride != 0)
      node.refuse_attribute("ceil_mode", ceil_mode, "0, as the last window does not fit here");
}

}  // namespace

SquareWindow square_window(NodeImport& node, const Activation& x, std::vector<std::int64_t> kernel) {
  if (x.shape.size() != 3)
    node.refuse("takes an example of shape {}, expected an image [channels, height, width]", to_string(x.shape));
  SquareWindow window;
  if (const auto given = node.integer_list("kernel_shape")) {
    if (!kernel.empty() && *given != kernel)
      node.refuse_attribute("kernel_shape", list_in_words(*given), to_string(kernel) + ", as the weights say");
    kernel = *given;
  }
  if (kernel.empty()) node.refuse("attribute 'kernel_shape' is missing");
  window.kernel = repeated(node, "kernel_shape", kernel, 2, 1);
  window.stride = repeated(node, "strides", node.integer_list("strides").value_or(Shape{1, 1}), 2, 1);
  window.dilation = repeated(node, "dilations", node.integer_list("dilations").value_or(Shape{1, 1}), 2, 1);
  window.padding = repeated(node, "pads", node.integer_list("pads").value_or(Shape{0, 0, 0, 0}), 4, 0);
  const std::string automatic = node.word("auto_pad", "NOTSET");
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    window.padding = same_padding(node, window, x.shape, automatic);
  } else if (automatic == "VALID") {
    window.padding = 0;
  } else if (automatic != "NOTSET") {
    node.refuse_attribute("auto_pad", automatic, "NOTSET, VALID, SAME_UPPER or SAME_LOWER");
  }
  check_ceil(node, window, x.shape);
  return window;
}

std::vector<Attribute> window_attributes(const kernels::ImageWindows& windows) {
  const auto both = [](const std::array<std::size_t, 2>& pair) {
    return std::vector{static_cast<std::int64_t>(pair[0]), static_cast<std::int64_t>(pair[1])};
  };
  const std::vector<std::int64_t> padding = both(windows.padding);
  std::vector<Attribute> attributes = {
      {"kernel_shape", both(windows.kernel)},
      {"strides", both(windows.stride)},
      {"pads", std::vector{padding[0], padding[1], padding[0], padding[1]}},
  };
  // Average pooling knows them from operator set 19 on only.
  if (windows.dilation != std::array<std::size_t, 2>{1, 1}) attributes.push_back({"dilations", both(windows.dilation)});
  return attributes;
}

}  // namespace tacit::models::onnx
