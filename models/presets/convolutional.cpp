#include "models/presets/text.h"

namespace tacit::models::presets {

std::string lenet5(const Request& request) {
  const std::string pool = layer("average_pool", "kernel = 2");
  return convolution(6, 5, 1, 2) + layer("tanh") + pool + convolution(16, 5, 1, 0) + layer("tanh") + pool +
         linear(120) + layer("tanh") + linear(84) + layer("tanh") + linear(request.outputs);
}

std::string lenet_dlg(const Request& request) {
  const std::string range = "initial_range = 0.5";
  std::string text;
  for (const int stride : {2, 2, 1}) text += convolution(12, 5, stride, 2, range) + layer("sigmoid");
  return text + linear(request.outputs, range);
}

std::string cnn4(const Request& request) {
  return convolution(32, 3, 1, 0) + layer("relu") + convolution(64, 3, 1, 0) + layer("relu") +
         layer("max_pool", "kernel = 2") + linear(128) + layer("relu") + linear(request.outputs);
}

}  // namespace tacit::models::presets
