#pragma once

#include <string>
#include <vector>

#include "models/kernels/image_windows.h"
#include "models/onnx/importer.h"

namespace tacit::models::onnx {

/// How a window of Conv, MaxPool or AveragePool moves, as one number for both axes: what our layers take.
struct SquareWindow {
  std::int64_t kernel = 1, stride = 1, padding = 0, dilation = 1;
};

/// Reads kernel_shape, strides, pads, dilations, auto_pad and ceil_mode of a node that takes the image `x`; `kernel` is
/// what the weights say if the node does not. Refuses other inputs than images and windows that are not square and
/// padded alike on all sides.
SquareWindow square_window(NodeImport& node, const Activation& x, std::vector<std::int64_t> kernel = {});

/// The same attributes of a layer of ours.
std::vector<Attribute> window_attributes(const kernels::ImageWindows& windows);

}  // namespace tacit::models::onnx
