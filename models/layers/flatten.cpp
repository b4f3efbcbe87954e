#include "models/layers/flatten.h"

#include <algorithm>

namespace tacit::models {

namespace {

template <class T>
void copy_if_wanted(std::span<const T> from, std::span<T> to) {
  std::copy_n(from.begin(), to.size(), to.begin());
}

}  // namespace

template <class T>
Flatten<T>::Flatten(Shape shape)
    : input_shapes_{std::move(shape)}, output_shape_{static_cast<std::int64_t>(element_count(input_shapes_[0]))} {}

template <class T>
void Flatten<T>::forward(const ForwardPass<T>& pass) const {
  copy_if_wanted(pass.inputs[0], pass.outputs);
}

template <class T>
void Flatten<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  if (!pass.outputs_known) copy_if_wanted(pass.inputs[0], pass.outputs);
  copy_if_wanted(pass.inputs_dot[0], pass.outputs_dot);
}

template <class T>
void Flatten<T>::backward(const BackwardPass<T>& pass) const {
  copy_if_wanted(pass.upstream, pass.inputs_gradients[0]);
}

template <class T>
void Flatten<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  copy_if_wanted(pass.upstream, pass.inputs_gradients[0]);
  copy_if_wanted(pass.upstream_dot, pass.inputs_gradients_dot[0]);
}

template class Flatten<float>;
template class Flatten<double>;

}  // namespace tacit::models
