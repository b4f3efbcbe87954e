#include "models/layers/self_attention.h"

#include <algorithm>
#include <cmath>

#include "models/layers/attention_heads.h"
#include "models/layers/linear.h"
#include "models/layers/part.h"
#include "models/layers/per_token.h"

namespace tacit::models {

namespace {

template <class T>
Graph<T> projections_and_heads(const Shape& shape, const SelfAttentionOptions& options) {
  const auto [tokens, width] = SequenceShape::of(shape);
  const Shape token = {shape[1]};
  const auto project = [&, tokens = tokens](std::size_t outputs, bool bias) {
    return std::make_shared<const PerToken<T>>(tokens, std::make_shared<const Linear<T>>(token, outputs, bias));
  };
  const auto heads =
      std::make_shared<const AttentionHeads<T>>(tokens, width, options.heads, options.causal, options.padding);
  if (!options.padding) {
    Graph<T> graph(shape);
    graph.chain("in_proj", project(3 * width, options.bias));
    graph.chain("heads", heads);
    graph.chain("out_proj", project(width, options.out_bias));
    return graph;
  }
  const std::size_t size = element_count(shape), whole = size + options.padding->ids;
  Graph<T> graph({static_cast<std::int64_t>(whole)});
  const auto part = [&](std::size_t begin, const Shape& of) {
    return std::make_shared<const Part<T>>(whole, begin, of);
  };
  const auto x = graph.add("tokens", part(0, shape), {Graph<T>::input});
  const auto ids = graph.add("ids", part(size, {static_cast<std::int64_t>(options.padding->ids)}), {Graph<T>::input});
  const auto projected = graph.add("in_proj", project(3 * width, options.bias), {x});
  graph.add("heads", heads, {projected, ids});
  graph.chain("out_proj", project(width, options.out_bias));
  return graph;
}

std::vector<Shape> inputs_of(const Shape& shape, const SelfAttentionOptions& options) {
  if (!options.padding) return {shape};
  return {shape, {static_cast<std::int64_t>(options.padding->ids)}};
}

}  // namespace

template <class T>
SelfAttention<T>::SelfAttention(const Shape& shape, const SelfAttentionOptions& options)
    : Composite<T>("attention", projections_and_heads<T>(shape, options), inputs_of(shape, options)),
      sequence_(SequenceShape::of(shape)),
      options_(options) {}

template <class T>
std::vector<ParameterSchema::Declaration> SelfAttention<T>::parameters() const {
  auto all = Composite<T>::parameters();
  for (auto& declaration : all)
    if (declaration.name.starts_with("in_proj.")) declaration.name[7] = '_';
  return all;
}

template <class T>
void SelfAttention<T>::initialise(RandomStream& stream, std::span<T> theta) const {
  const std::size_t square = sequence_.width * sequence_.width;
  const auto width = static_cast<double>(sequence_.width);
  std::fill(theta.begin(), theta.end(), T(0));
  const auto draw = [&](std::span<T> part, double range) {
    for (T& value : part) value = static_cast<T>(stream.uniform(-range, range));
  };
  const std::size_t biases = options_.bias ? 3 * sequence_.width : 0;
  draw(theta.first(3 * square), std::sqrt(6 / (4 * width)));
  draw(theta.subspan(3 * square + biases, square), 1 / std::sqrt(width));
}

template class SelfAttention<float>;
template class SelfAttention<double>;

}  // namespace tacit::models
