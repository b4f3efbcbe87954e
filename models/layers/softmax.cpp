#include "models/layers/softmax.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace tacit::models {

namespace {

template <class T>
T dot(std::span<const T> a, std::span<const T> b) {
  T sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

template <class T>
void softmax(std::span<const T> x, std::span<T> y) {
  const T largest = *std::max_element(x.begin(), x.end());
  T sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += y[i] = std::exp(x[i] - largest);
  for (T& value : y) value /= sum;
}

/// The Jacobian, which is symmetric, times v: y o (v - <y, v>).
template <class T>
void apply_jacobian(std::span<const T> y, std::span<const T> v, std::span<T> out) {
  const T mean = dot(y, v);
  for (std::size_t i = 0; i < y.size(); ++i) out[i] = y[i] * (v[i] - mean);
}

}  // namespace

template <class T>
Softmax<T>::Softmax(Shape shape) : ElementwiseLayer<T>(std::move(shape)), size_(element_count(this->output_shape())) {
  if (size_ == 0) fail(ErrorKind::usage, "a softmax of no elements is asked for");
}

template <class T>
void Softmax<T>::forward(const ForwardPass<T>& pass) const {
  for (std::size_t at = 0; at < pass.outputs.size(); at += size_)
    softmax<T>(pass.inputs[0].subspan(at, size_), pass.outputs.subspan(at, size_));
}

template <class T>
void Softmax<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  for (std::size_t at = 0; at < pass.outputs.size(); at += size_) {
    softmax<T>(pass.inputs[0].subspan(at, size_), pass.outputs.subspan(at, size_));
    apply_jacobian<T>(pass.outputs.subspan(at, size_), pass.inputs_dot[0].subspan(at, size_),
                      pass.outputs_dot.subspan(at, size_));
  }
}

template <class T>
void Softmax<T>::backward(const BackwardPass<T>& pass) const {
  if (pass.inputs_gradients[0].empty()) return;
  for (std::size_t at = 0; at < pass.outputs.size(); at += size_)
    apply_jacobian<T>(pass.outputs.subspan(at, size_), pass.upstream.subspan(at, size_),
                      pass.inputs_gradients[0].subspan(at, size_));
}

// g_dot = y o (u_dot - <y, u_dot>) + y_dot o (u - <y, u>) - y <y_dot, u>
template <class T>
void Softmax<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  const std::span<T> gradient = pass.inputs_gradients[0], gradient_dot = pass.inputs_gradients_dot[0];
  for (std::size_t at = 0; at < pass.outputs.size(); at += size_) {
    const auto y = pass.outputs.subspan(at, size_), u = pass.upstream.subspan(at, size_);
    if (!gradient.empty()) apply_jacobian<T>(y, u, gradient.subspan(at, size_));
    if (gradient_dot.empty()) continue;
    const auto target = gradient_dot.subspan(at, size_);
    apply_jacobian<T>(y, pass.upstream_dot.subspan(at, size_), target);
    if (pass.outputs_dot.empty()) continue;
    const auto y_dot = pass.outputs_dot.subspan(at, size_);
    const T mean = dot<T>(y, u), mean_dot = dot<T>(y_dot, u);
    for (std::size_t i = 0; i < size_; ++i) target[i] += y_dot[i] * (u[i] - mean) - y[i] * mean_dot;
  }
}

template class Softmax<float>;
template class Softmax<double>;

}  // namespace tacit::models
