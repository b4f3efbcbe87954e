#include "models/layers/concatenation.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::models {

namespace {

Shape joined(const std::vector<Shape>& shapes) {
  if (shapes.size() < 2)
    fail(ErrorKind::usage, "a concatenation of {} inputs is asked for, expected two at least", shapes.size());
  Shape whole = shapes.front();
  if (whole.empty()) fail(ErrorKind::usage, "scalars cannot be concatenated");
  whole[0] = 0;
  for (const Shape& shape : shapes) {
    if (shape.size() != whole.size() || !std::equal(shape.begin() + 1, shape.end(), whole.begin() + 1))
      fail(ErrorKind::usage, "inputs of shapes {} and {} cannot be concatenated: they differ beyond the first axis",
           to_string(shapes.front()), to_string(shape));
    whole[0] += shape[0];
  }
  return whole;
}

}  // namespace

template <class T>
Concatenation<T>::Concatenation(std::vector<Shape> shapes)
    : input_shapes_(std::move(shapes)), output_shape_(joined(input_shapes_)) {
  for (const Shape& shape : input_shapes_) sizes_.push_back(element_count(shape));
}

template <class T>
void Concatenation<T>::join(std::size_t count, std::span<const std::span<const T>> parts, std::span<T> whole) const {
  auto to = whole.begin();
  for (std::size_t example = 0; example < count; ++example)
    for (std::size_t i = 0; i < parts.size(); ++i)
      to = parts[i].empty() ? std::fill_n(to, sizes_[i], T(0))
                            : std::copy_n(parts[i].subspan(example * sizes_[i]).begin(), sizes_[i], to);
}

template <class T>
void Concatenation<T>::split(std::size_t count, std::span<const T> whole, std::span<const std::span<T>> parts) const {
  std::size_t from = 0;
  for (std::size_t example = 0; example < count; ++example)
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!parts[i].empty())
        std::copy_n(whole.subspan(from).begin(), sizes_[i], parts[i].subspan(example * sizes_[i]).begin());
      from += sizes_[i];
    }
}

template <class T>
void Concatenation<T>::forward(const ForwardPass<T>& pass) const {
  join(pass.count, pass.inputs, pass.outputs);
}

template <class T>
void Concatenation<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  join(pass.count, pass.inputs, pass.outputs);
  join(pass.count, pass.inputs_dot, pass.outputs_dot);
}

template <class T>
void Concatenation<T>::backward(const BackwardPass<T>& pass) const {
  split(pass.count, pass.upstream, pass.inputs_gradients);
}

template <class T>
void Concatenation<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  split(pass.count, pass.upstream, pass.inputs_gradients);
  split(pass.count, pass.upstream_dot, pass.inputs_gradients_dot);
}

template class Concatenation<float>;
template class Concatenation<double>;

}  // namespace tacit::models
