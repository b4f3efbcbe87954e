#include "models/layers/masked_pooling.h"

#include <algorithm>

namespace tacit::models {

template <class T>
struct MaskedPooling<T>::Scratch final : LayerScratch {
  explicit Scratch(std::size_t tokens) : shares(tokens) {}
  std::vector<T> shares;
};

template <class T>
MaskedPooling<T>::MaskedPooling(const Shape& shape, const Padding& padding, Rule rule)
    : sequence_(SequenceShape::of(shape)),
      padding_(padding),
      rule_(rule),
      input_shapes_{shape, {static_cast<std::int64_t>(padding.ids)}},
      output_shape_{static_cast<std::int64_t>(sequence_.width)} {
  padding_.check(sequence_.tokens);
}

template <class T>
std::unique_ptr<LayerScratch> MaskedPooling<T>::make_scratch() const {
  return std::make_unique<Scratch>(sequence_.tokens);
}

template <class T>
void MaskedPooling<T>::check_inputs(std::span<const T> ids) const {
  if (padding_.ids < sequence_.tokens) return;  // those in front count
  for (std::size_t b = 0; b < ids.size() / padding_.ids; ++b) {
    const std::span<const T> own = ids.subspan(b * padding_.ids, padding_.ids);
    if (std::ranges::all_of(own, [&](T id) { return id == static_cast<T>(padding_.token); }))
      fail(ErrorKind::data, "example {} is padding only (token {}), expected one other token at least", b,
           padding_.token);
  }
}

template <class T>
std::span<const T> MaskedPooling<T>::shares(std::span<const T> ids, std::size_t example, LayerScratch* scratch) const {
  std::vector<T>& shares = static_cast<Scratch&>(*scratch).shares;
  const std::size_t count = padding_.mark<T>(ids.subspan(example * padding_.ids, padding_.ids), shares);
  if (rule_ == Rule::mean) {
    for (T& share : shares) share /= static_cast<T>(count);
  } else {
    const auto last = std::find(shares.rbegin(), shares.rend(), T(1));
    std::fill(last + 1, shares.rend(), T(0));
  }
  return shares;
}

template <class T>
void MaskedPooling<T>::apply(std::size_t count, std::span<const T> ids, std::span<const T> x, std::span<T> y,
                             LayerScratch* scratch) const {
  std::ranges::fill(y, T(0));
  const auto& [tokens, width] = sequence_;
  for (std::size_t b = 0; b < count && !x.empty(); ++b) {
    const std::span<const T> share = shares(ids, b, scratch);
    for (std::size_t t = 0; t < tokens; ++t)
      for (std::size_t i = 0; i < width && share[t] != 0; ++i)
        y[b * width + i] += share[t] * x[(b * tokens + t) * width + i];
  }
}

template <class T>
void MaskedPooling<T>::pull_back(std::size_t count, std::span<const T> ids, std::span<const T> u,
                                 std::span<T> x_gradient, LayerScratch* scratch) const {
  const auto& [tokens, width] = sequence_;
  for (std::size_t b = 0; b < count && !x_gradient.empty(); ++b) {
    const std::span<const T> share = shares(ids, b, scratch);
    for (std::size_t t = 0; t < tokens; ++t)
      for (std::size_t i = 0; i < width; ++i) x_gradient[(b * tokens + t) * width + i] = share[t] * u[b * width + i];
  }
}

template <class T>
void MaskedPooling<T>::forward(const ForwardPass<T>& pass) const {
  check_inputs(pass.inputs[1]);
  apply(pass.count, pass.inputs[1], pass.inputs[0], pass.outputs, pass.scratch);
}

template <class T>
void MaskedPooling<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  check_inputs(pass.inputs[1]);
  if (!pass.outputs_known) apply(pass.count, pass.inputs[1], pass.inputs[0], pass.outputs, pass.scratch);
  apply(pass.count, pass.inputs[1], pass.inputs_dot[0], pass.outputs_dot, pass.scratch);
}

template <class T>
void MaskedPooling<T>::backward(const BackwardPass<T>& pass) const {
  std::ranges::fill(pass.inputs_gradients[1], T(0));
  pull_back(pass.count, pass.inputs[1], pass.upstream, pass.inputs_gradients[0], pass.scratch);
}

template <class T>
void MaskedPooling<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  std::ranges::fill(pass.inputs_gradients[1], T(0));
  std::ranges::fill(pass.inputs_gradients_dot[1], T(0));
  pull_back(pass.count, pass.inputs[1], pass.upstream, pass.inputs_gradients[0], pass.scratch);
  pull_back(pass.count, pass.inputs[1], pass.upstream_dot, pass.inputs_gradients_dot[0], pass.scratch);
}

template class MaskedPooling<float>;
template class MaskedPooling<double>;

}  // namespace tacit::models
