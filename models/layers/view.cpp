#include "models/layers/view.h"

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace tacit::models {

namespace {

template <class T>
void copy_if_wanted(std::span<const T> from, std::span<T> to) {
  std::copy_n(from.begin(), to.size(), to.begin());
}

}  // namespace

template <class T>
View<T>::View(Shape from, Shape to) : input_shapes_{std::move(from)}, output_shape_{std::move(to)} {
  const bool is_empty = std::any_of(output_shape_.begin(), output_shape_.end(), [](auto extent) { return extent < 1; });
  if (is_empty || element_count(input_shapes_[0]) != element_count(output_shape_))
    fail(ErrorKind::usage, "an example of shape {} cannot be seen as {}: they have {} elements and {}",
         to_string(input_shapes_[0]), to_string(output_shape_), element_count(input_shapes_[0]),
         element_count(output_shape_));
}

template <class T>
void View<T>::forward(const ForwardPass<T>& pass) const {
  copy_if_wanted(pass.inputs[0], pass.outputs);
}

template <class T>
void View<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  if (!pass.outputs_known) copy_if_wanted(pass.inputs[0], pass.outputs);
  copy_if_wanted(pass.inputs_dot[0], pass.outputs_dot);
}

template <class T>
void View<T>::backward(const BackwardPass<T>& pass) const {
  copy_if_wanted(pass.upstream, pass.inputs_gradients[0]);
}

template <class T>
void View<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  copy_if_wanted(pass.upstream, pass.inputs_gradients[0]);
  copy_if_wanted(pass.upstream_dot, pass.inputs_gradients_dot[0]);
}

template class View<float>;
template class View<double>;

}  // namespace tacit::models
