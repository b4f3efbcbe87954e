#include "models/layers/add.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::models {

namespace {

/// out = sum of the arrays that are not empty (empty means zero).
template <class T>
void sum_into(std::span<const std::span<const T>> arrays, std::span<T> out) {
  std::fill(out.begin(), out.end(), T(0));
  for (const std::span<const T> array : arrays)
    for (std::size_t i = 0; i < array.size(); ++i) out[i] += array[i];
}

template <class T>
void copy_to_all(std::span<const T> from, std::span<const std::span<T>> to) {
  for (const std::span<T> array : to) std::copy_n(from.begin(), array.size(), array.begin());
}

}  // namespace

template <class T>
Add<T>::Add(Shape shape, std::size_t inputs) : input_shapes_(inputs, shape) {
  if (inputs < 2) fail(ErrorKind::usage, "a sum of {} inputs is asked for, expected two at least", inputs);
}

template <class T>
void Add<T>::forward(const ForwardPass<T>& pass) const {
  sum_into(pass.inputs, pass.outputs);
}

template <class T>
void Add<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  sum_into(pass.inputs, pass.outputs);
  sum_into(pass.inputs_dot, pass.outputs_dot);
}

template <class T>
void Add<T>::backward(const BackwardPass<T>& pass) const {
  copy_to_all(pass.upstream, pass.inputs_gradients);
}

template <class T>
void Add<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  copy_to_all(pass.upstream, pass.inputs_gradients);
  copy_to_all(pass.upstream_dot, pass.inputs_gradients_dot);
}

template class Add<float>;
template class Add<double>;

}  // namespace tacit::models
