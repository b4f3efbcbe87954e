#include "models/layers/embedding.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace tacit::models {

template <class T>
Embedding<T>::Embedding(Shape input_shape, const Options& options)
    : input_shapes_{std::move(input_shape)}, options_(options) {
  const std::size_t tokens = element_count(input_shapes_.front());
  if (tokens == 0 || options.width == 0)
    fail(ErrorKind::usage, "an embedding of {} tokens in {} numbers is asked for", tokens, options.width);
  if (options.vocabulary == 0 || options.vocabulary > 1u << 24)
    fail(ErrorKind::usage, "the vocabulary of an embedding is {}, expected 1 to {}", options.vocabulary, 1u << 24);
  if (options.padding && *options.padding >= options.vocabulary)
    fail(ErrorKind::usage, "the padding token {} lies outside the vocabulary of {}", *options.padding,
         options.vocabulary);
  if (!(options.initial_deviation > 0 && std::isfinite(options.initial_deviation)))
    fail(ErrorKind::usage, "the initial deviation of an embedding is {}, expected a positive number",
         options.initial_deviation);
  output_shape_ = {static_cast<std::int64_t>(tokens), static_cast<std::int64_t>(options.width)};
}

template <class T>
std::vector<ParameterSchema::Declaration> Embedding<T>::parameters() const {
  return {{"weight", {static_cast<std::int64_t>(options_.vocabulary), static_cast<std::int64_t>(options_.width)}}};
}

template <class T>
void Embedding<T>::initialise(RandomStream& stream, std::span<T> theta) const {
  for (T& value : theta) value = static_cast<T>(options_.initial_deviation * stream.normal());
  if (options_.padding) std::fill_n(theta.subspan(*options_.padding * options_.width).begin(), options_.width, T(0));
}

template <class T>
void Embedding<T>::check_inputs(std::span<const T> inputs) const {
  const std::size_t tokens = element_count(input_shapes_.front());
  const T end = static_cast<T>(options_.vocabulary);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    // Written so that NaN fails the comparison.
    if (inputs[i] >= T(0) && inputs[i] < end && inputs[i] == std::floor(inputs[i])) continue;
    fail(ErrorKind::data, "example {} has {} for token {}, expected a whole number from 0 to {}", i / tokens, inputs[i],
         i % tokens, options_.vocabulary - 1);
  }
}

template <class T>
void Embedding<T>::look_up(std::span<const T> table, std::span<const T> tokens, std::span<T> rows) const {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto token = static_cast<std::size_t>(tokens[i]);
    const std::span<T> row = rows.subspan(i * options_.width, options_.width);
    if (table.empty() || is_padding(token)) {
      std::fill(row.begin(), row.end(), T(0));
    } else {
      std::copy_n(table.subspan(token * options_.width).begin(), options_.width, row.begin());
    }
  }
}

template <class T>
void Embedding<T>::add_up(std::span<const T> tokens, std::span<const T> rows, std::span<T> table) const {
  if (table.empty()) return;
  std::fill(table.begin(), table.end(), T(0));
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto token = static_cast<std::size_t>(tokens[i]);
    if (is_padding(token)) continue;
    const std::span<T> row = table.subspan(token * options_.width, options_.width);
    for (std::size_t k = 0; k < row.size(); ++k) row[k] += rows[i * options_.width + k];
  }
}

template <class T>
void Embedding<T>::forward(const ForwardPass<T>& pass) const {
  check_inputs(pass.inputs[0]);
  look_up(pass.theta, pass.inputs[0], pass.outputs);
}

template <class T>
void Embedding<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  check_inputs(pass.inputs[0]);
  look_up(pass.theta, pass.inputs[0], pass.outputs);
  look_up(pass.theta_dot, pass.inputs[0], pass.outputs_dot);
}

template <class T>
void Embedding<T>::backward(const BackwardPass<T>& pass) const {
  add_up(pass.inputs[0], pass.upstream, pass.theta_gradient);
  std::fill(pass.inputs_gradients[0].begin(), pass.inputs_gradients[0].end(), T(0));
}

template <class T>
void Embedding<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  for (const auto gradients : {pass.inputs_gradients[0], pass.inputs_gradients_dot[0]})
    std::fill(gradients.begin(), gradients.end(), T(0));
  add_up(pass.inputs[0], pass.upstream, pass.theta_gradient);
  add_up(pass.inputs[0], pass.upstream_dot, pass.theta_gradient_dot);
}

template class Embedding<float>;
template class Embedding<double>;

}  // namespace tacit::models
