#include <cmath>
#include <limits>

#include "models/layers/self_attention.h"
#include "models/onnx/operators/operators.h"

namespace tacit::models::onnx {

namespace {

/// A score that leaves no weight, also where all of a row have it.
constexpr float no_weight = -1e30f;

/// 1 on and below the diagonal.
std::vector<std::int64_t> lower_triangle(std::int64_t tokens) {
  std::vector<std::int64_t> truths;
  for (std::int64_t query = 0; query < tokens; ++query)
    for (std::int64_t key = 0; key < tokens; ++key) truths.push_back(key <= query ? 1 : 0);
  return truths;
}

/// Which scores [batch, heads, tokens, tokens] are seen, as truths that are repeated to that shape.
std::string seen_scores(LayerExport& layer, const SelfAttentionOptions& options, std::int64_t tokens) {
  const std::string seen = layer.node("Unsqueeze", {layer.counting_tokens(1, *options.padding, tokens),
                                                    layer.constant("mask_axes", std::vector<std::int64_t>{1, 2})});
  if (!options.causal) return seen;
  const std::string triangle = layer.node("Cast", {layer.integers("mask", {tokens, tokens}, lower_triangle(tokens))},
                                          {{"to", static_cast<std::int64_t>(ElementType::boolean)}});
  return layer.node("And", {seen, triangle});
}

/// Minus infinity above the diagonal.
std::vector<float> causal_mask(std::size_t tokens) {
  std::vector<float> mask(tokens * tokens, 0.0f);
  for (std::size_t query = 0; query < tokens; ++query)
    for (std::size_t key = query + 1; key < tokens; ++key)
      mask[query * tokens + key] = -std::numeric_limits<float>::infinity();
  return mask;
}

}  // namespace

// One projection gives query, key and value side by side, [batch, tokens, 3 width]; heads become an axis of their own,
// [3, batch, heads, tokens, width / heads].
void export_attention(LayerExport& layer) {
  const SelfAttentionOptions& options = layer.layer_as<SelfAttention<float>>().options();
  const std::int64_t tokens = layer.input_shape(0)[0], width = layer.input_shape(0)[1];
  const auto heads = static_cast<std::int64_t>(options.heads), part = width / heads;
  using List = std::vector<std::int64_t>;

  const std::string projected = layer.per_token(layer.input(0), "in_proj_weight", "in_proj_bias", width, 3 * width);
  const std::string by_head =
      layer.node("Transpose", {layer.reshape(projected, {tokens, 3, heads, part})}, {{"perm", List{2, 0, 3, 1, 4}}});
  const auto pick = [&](const char* name, std::int64_t index) {
    return layer.node("Gather", {by_head, layer.index(name, index)}, {{"axis", std::int64_t{0}}});
  };
  const std::string query = pick("query", 0), key = pick("key", 1), value = pick("value", 2);
  const std::string keys = layer.node("Transpose", {key}, {{"perm", List{0, 1, 3, 2}}});
  std::string scores =
      layer.node("Mul", {layer.node("MatMul", {query, keys}),
                         layer.number("scale", static_cast<float>(1 / std::sqrt(static_cast<double>(part))))});
  std::string seen;
  if (options.padding) {
    seen = seen_scores(layer, options, tokens);
    scores = layer.node("Where", {seen, scores, layer.number("hidden", no_weight)});
  } else if (options.causal) {
    scores = layer.node(
        "Add", {scores, layer.constant("mask", {tokens, tokens}, causal_mask(static_cast<std::size_t>(tokens)))});
  }
  std::string weights = layer.node("Softmax", {scores}, {{"axis", std::int64_t{-1}}});
  // A token that sees none has no weights.
  if (options.padding) weights = layer.node("Where", {seen, weights, layer.number("nothing", 0)});
  const std::string mixed =
      layer.node("Transpose", {layer.node("MatMul", {weights, value})}, {{"perm", List{0, 2, 1, 3}}});
  layer.give(layer.per_token(layer.reshape(mixed, {tokens, width}), "out_proj.weight", "out_proj.bias", width, width));
}

}  // namespace tacit::models::onnx
