#include "models/layers/convolution.h"

#include "models/onnx/operators/operators.h"
#include "models/onnx/operators/windows.h"

namespace tacit::models::onnx {

void import_conv(NodeImport& node) {
  node.expect_inputs(2, 3);
  const Activation x = node.activation(0);
  const Tensor& tensor = node.constant(1);
  if (tensor.shape.size() != 4)
    node.refuse("tensor '{}' has shape {}, expected [outputs, channels / groups, height, width]", tensor.name,
                to_string(tensor.shape));
  const SquareWindow window = square_window(node, x, {tensor.shape[2], tensor.shape[3]});
  const std::int64_t groups = node.integer("group", 1), outputs = tensor.shape[0];
  if (groups < 1 || x.shape[0] % groups != 0 || outputs % groups != 0)
    node.refuse_attribute(
        "group", groups,
        fmt::format("a divisor of the {} input channels and the {} output channels", x.shape[0], outputs));
  std::vector<LayerWeight> weights = {
      {"weight", node.weights(1, {outputs, x.shape[0] / groups, window.kernel, window.kernel})}};
  std::string keys = fmt::format("channels = {}\nkernel = {}\nstride = {}\npadding = {}\n", outputs, window.kernel,
                                 window.stride, window.padding);
  if (window.dilation != 1) keys += fmt::format("dilation = {}\n", window.dilation);
  if (groups != 1) keys += fmt::format("groups = {}\n", groups);
  if (node.has_input(2)) {
    weights.push_back({"bias", node.weights(2, {outputs})});
  } else {
    keys += "bias = false\n";
  }
  node.layer("conv2d", keys, {x}, weights, tensor.name);
}

void export_conv2d(LayerExport& layer) {
  const auto& convolution = layer.layer_as<Convolution<float>>();
  std::vector<Attribute> attributes = window_attributes(convolution.windows());
  attributes.push_back({"group", static_cast<std::int64_t>(convolution.groups())});
  std::vector<std::string> inputs = {layer.input(0), layer.parameter("weight")};
  if (layer.has_parameter("bias")) inputs.push_back(layer.parameter("bias"));
  layer.give(layer.node("Conv", inputs, attributes));
}

}  // namespace tacit::models::onnx
