#include "models/presets/text.h"

#include <fmt/core.h>

namespace tacit::models::presets {

std::string layer(const std::string& type, const std::string& keys) {
  return "[[layers]]\ntype = \"" + type + "\"\n" + keys + "\n";
}

std::string convolution(int channels, int kernel, int stride, int padding, const std::string& more) {
  return layer("conv2d", fmt::format("channels = {}\nkernel = {}\nstride = {}\npadding = {}\n{}", channels, kernel,
                                     stride, padding, more));
}

std::string linear(std::size_t outputs, const std::string& more) {
  return layer("linear", fmt::format("outputs = {}\n{}", outputs, more));
}

}  // namespace tacit::models::presets
