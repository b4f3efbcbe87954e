#include <fmt/core.h>

#include "models/presets/text.h"

namespace tacit::models::presets {

namespace {

struct Sizes {
  std::int64_t width, depth, heads;

  static Sizes from_config(ConfigTable& section, std::int64_t depth) {
    Sizes sizes{section.integer("width", {1, 4096}, 128), section.integer("depth", {1, 100}, depth),
                section.integer("heads", {1, 256}, 4)};
    if (sizes.width % sizes.heads != 0)
      section.refuse("heads", fmt::format("expected a divisor of the width {}", sizes.width));
    return sizes;
  }
};

std::string per_token_linear(std::int64_t outputs) {
  return linear(static_cast<std::size_t>(outputs), "per_token = true");
}

std::string per_token_norm(const std::string& reads) {
  return layer("layer_norm", fmt::format("per_token = true\ninputs = [\"{}\"]", reads));
}

std::string sum(const std::string& a, const std::string& b, const std::string& name) {
  return layer("add", fmt::format("inputs = [\"{}\", \"{}\"]\nname = \"{}\"", a, b, name));
}

/// Blocks that normalise first (Xiong et al., ICML 2020): x += attention(norm(x)), x += MLP(norm(x)) with one hidden
/// layer of four times the width; a last norm behind them. They read the value "tokens".
std::string blocks(const Sizes& sizes, bool causal) {
  std::string text, reads = "tokens";
  for (std::int64_t block = 1; block <= sizes.depth; ++block) {
    const std::string name = fmt::format("block{}", block), attention = name + "_attention", mlp = name + "_mlp";
    text += per_token_norm(reads) +
            layer("attention", fmt::format("heads = {}\ncausal = {}\nname = \"{}\"", sizes.heads, causal, attention)) +
            sum(reads, attention, name + "_middle") + per_token_norm(name + "_middle") +
            per_token_linear(4 * sizes.width) + layer("gelu") +
            layer("linear", fmt::format("outputs = {}\nper_token = true\nname = \"{}\"", sizes.width, mlp)) +
            sum(name + "_middle", mlp, name);
    reads = name;
  }
  return text + per_token_norm(reads);
}

}  // namespace

std::string vit(const Request& request) {
  ConfigTable& section = request.section;
  const Shape& shape = request.input_shape;
  if (shape.size() != 3)
    section.refuse("preset", "vit takes images [channels, height, width], the examples have shape " + to_string(shape));
  const std::int64_t patch = section.integer("patch", {1, 4096}, 4);
  if (shape[1] % patch != 0 || shape[2] % patch != 0)
    section.refuse(
        "patch", fmt::format("expected a divisor of the height {} and the width {} of the images", shape[1], shape[2]));
  const Sizes sizes = Sizes::from_config(section, 4);
  const int size = static_cast<int>(patch);
  return convolution(static_cast<int>(sizes.width), size, size, 0) + layer("image_tokens") + layer("class_token") +
         layer("positional_embedding", "name = \"tokens\"") + blocks(sizes, false) +
         layer("token_select", "token = \"first\"") + linear(request.outputs);
}

std::string char_transformer(const Request& request) {
  const std::int64_t vocabulary = request.section.integer("vocabulary", {1, 1 << 24});
  const Sizes sizes = Sizes::from_config(request.section, 2);
  return layer("embedding",
               fmt::format("vocabulary = {}\nwidth = {}\ninitial_deviation = 0.02", vocabulary, sizes.width)) +
         layer("positional_embedding", "name = \"tokens\"") + blocks(sizes, true) +
         layer("token_select", "token = \"last\"") + linear(request.outputs);
}

}  // namespace tacit::models::presets
