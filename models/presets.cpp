#include "models/presets.h"

#include <fmt/core.h>

#include "core/error.h"

namespace tacit::models {

namespace {

std::string layer(const std::string& type, const std::string& keys = "") {
  return "[[layers]]\ntype = \"" + type + "\"\n" + keys + "\n";
}

std::string convolution(int channels, int kernel, int stride, int padding, const std::string& more = "") {
  return layer("conv2d", fmt::format("channels = {}\nkernel = {}\nstride = {}\npadding = {}\n{}", channels, kernel,
                                     stride, padding, more));
}

std::string linear(std::size_t outputs, const std::string& more = "") {
  return layer("linear", fmt::format("outputs = {}\n{}", outputs, more));
}

std::string lenet5(std::size_t classes) {
  const std::string pool = layer("average_pool", "kernel = 2");
  return convolution(6, 5, 1, 2) + layer("tanh") + pool + convolution(16, 5, 1, 0) + layer("tanh") + pool +
         linear(120) + layer("tanh") + linear(84) + layer("tanh") + linear(classes);
}

std::string lenet_dlg(std::size_t classes) {
  const std::string range = "initial_range = 0.5";
  std::string text;
  for (const int stride : {2, 2, 1}) text += convolution(12, 5, stride, 2, range) + layer("sigmoid");
  return text + linear(classes, range);
}

std::string cnn4(std::size_t classes) {
  return convolution(32, 3, 1, 0) + layer("relu") + convolution(64, 3, 1, 0) + layer("relu") +
         layer("max_pool", "kernel = 2") + linear(128) + layer("relu") + linear(classes);
}

/// A convolution without bias and its normalisation, which brings one.
std::string normalised_convolution(int channels, int kernel, int stride, const std::string& reads,
                                   const std::string& name) {
  return convolution(channels, kernel, stride, kernel / 2, fmt::format("bias = false\ninputs = [\"{}\"]", reads)) +
         layer("group_norm", fmt::format("groups = 8\nname = \"{}\"", name));
}

/// Two convolutions beside a shortcut, which projects where the block changes the size.
std::string residual_block(int stage, int channels, int stride) {
  const std::string reads = fmt::format("stage{}", stage - 1), name = fmt::format("stage{}", stage);
  const std::string first = name + "_first", second = name + "_second", shortcut = name + "_shortcut";
  std::string text = normalised_convolution(channels, 3, stride, reads, first) +
                     layer("relu", fmt::format("name = \"{}_relu\"", name)) +
                     normalised_convolution(channels, 3, 1, name + "_relu", second);
  if (stride != 1) text += normalised_convolution(channels, 1, stride, reads, shortcut);
  text += layer("add", fmt::format("inputs = [\"{}\", \"{}\"]", second, stride == 1 ? reads : shortcut));
  return text + layer("relu", fmt::format("name = \"{}\"", name));
}

std::string resnet8(std::size_t classes) {
  return normalised_convolution(16, 3, 1, "input", "stage0_norm") + layer("relu", "name = \"stage0\"") +
         residual_block(1, 16, 1) + residual_block(2, 32, 2) + residual_block(3, 64, 2) + layer("global_average_pool") +
         linear(classes);
}

struct Preset {
  const char* name;
  std::string (*text)(std::size_t classes);
};
constexpr Preset presets[] = {{"lenet5", lenet5}, {"lenet_dlg", lenet_dlg}, {"cnn4", cnn4}, {"resnet8", resnet8}};

}  // namespace

const std::vector<std::string>& preset_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Preset& preset : presets) all.emplace_back(preset.name);
    return all;
  }();
  return names;
}

std::vector<ConfigTable> preset_layers(const std::string& name, std::size_t classes) {
  for (const Preset& preset : presets)
    if (name == preset.name) return ConfigTable::parse_text(preset.text(classes), "preset " + name).tables("layers");
  fail(ErrorKind::usage, "no ready model is named '{}'", name);
}

}  // namespace tacit::models
