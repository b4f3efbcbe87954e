#include <fmt/core.h>

#include <vector>

#include "models/layers/batch_norm.h"
#include "models/presets/text.h"

namespace tacit::models::presets {

namespace {

/// Type and keys of the normalisation that the section chooses, in `groups` groups if it is by groups.
struct Norm {
  std::string type, keys;

  static Norm from_config(ConfigTable& section, int groups) {
    Norm norm{section.choice("normalization", {"group_norm", "batch_norm"}, "group_norm"), {}};
    if (norm.type == "group_norm") {
      norm.keys = fmt::format("groups = {}", groups);
    } else {
      const auto& words = batch_statistics_names();
      norm.keys = "statistics = \"" + section.choice("statistics", words, words[0]) + "\"";
    }
    return norm;
  }
};

/// A convolution without bias and its normalisation, which brings one.
std::string normalised_convolution(const Norm& norm, int channels, int kernel, int stride, const std::string& reads,
                                   const std::string& name) {
  return convolution(channels, kernel, stride, kernel / 2, fmt::format("bias = false\ninputs = [\"{}\"]", reads)) +
         layer(norm.type, fmt::format("{}\nname = \"{}\"", norm.keys, name));
}

struct Block {
  int channels, stride;
  bool projects;  ///< the shortcut, as the block changes the size
};

/// Two convolutions beside a shortcut.
std::string residual_block(const Norm& norm, const Block& block, const std::string& reads, const std::string& name) {
  const std::string first = name + "_first", second = name + "_second", shortcut = name + "_shortcut";
  std::string text = normalised_convolution(norm, block.channels, 3, block.stride, reads, first) +
                     layer("relu", fmt::format("name = \"{}_relu\"", name)) +
                     normalised_convolution(norm, block.channels, 3, 1, name + "_relu", second);
  if (block.projects) text += normalised_convolution(norm, block.channels, 1, block.stride, reads, shortcut);
  text += layer("add", fmt::format("inputs = [\"{}\", \"{}\"]", second, block.projects ? shortcut : reads));
  return text + layer("relu", fmt::format("name = \"{}\"", name));
}

/// A stem with the channels of the first stage, then `blocks` blocks in each stage; every stage but the first halves
/// the image. The output of a stage is named "stage1" and so on, that of its earlier blocks "stage1_block1".
std::string residual_network(const Request& request, const std::vector<int>& channels, int blocks, int groups) {
  const Norm norm = Norm::from_config(request.section, groups);
  std::string text =
      normalised_convolution(norm, channels[0], 3, 1, "input", "stage0_norm") + layer("relu", "name = \"stage0\"");
  std::string reads = "stage0";
  for (std::size_t stage = 0; stage < channels.size(); ++stage)
    for (int block = 1; block <= blocks; ++block) {
      const bool shrinks = stage > 0 && block == 1;
      std::string name = fmt::format("stage{}", stage + 1);
      if (block < blocks) name += fmt::format("_block{}", block);
      text += residual_block(norm, {channels[stage], shrinks ? 2 : 1, shrinks}, reads, name);
      reads = name;
    }
  return text + layer("global_average_pool") + linear(request.outputs);
}

}  // namespace

std::string resnet8(const Request& request) {
  return residual_network(request, {16, 32, 64}, 1, 8);
}

std::string resnet20(const Request& request) {
  return residual_network(request, {16, 32, 64}, 3, 8);
}

std::string resnet18(const Request& request) {
  return residual_network(request, {64, 128, 256, 512}, 2, 32);
}

}  // namespace tacit::models::presets
