#include "models/layers/log_softmax.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"

namespace tacit::models {

namespace {

template <class T>
void log_softmax(std::span<const T> x, std::span<T> y) {
  const T largest = *std::max_element(x.begin(), x.end());
  T sum = 0;
  for (const T value : x) sum += std::exp(value - largest);
  const T logarithm = std::log(sum);
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = x[i] - largest - logarithm;
}

/// The transposed Jacobian times u, with p = exp(y): u - p sum u.
template <class T>
void apply_transposed(std::span<const T> y, std::span<const T> u, std::span<T> out) {
  const T sum = std::accumulate(u.begin(), u.end(), T(0));
  for (std::size_t i = 0; i < y.size(); ++i) out[i] = u[i] - std::exp(y[i]) * sum;
}

}  // namespace

template <class T>
LogSoftmax<T>::LogSoftmax(Shape shape)
    : ElementwiseLayer<T>(std::move(shape)), size_(element_count(this->output_shape())) {
  if (size_ == 0) fail(ErrorKind::usage, "a softmax of no elements is asked for");
}

template <class T>
void LogSoftmax<T>::forward(const ForwardPass<T>& pass) const {
  for (std::size_t at = 0; at < pass.outputs.size(); at += size_)
    log_softmax<T>(pass.inputs[0].subspan(at, size_), pass.outputs.subspan(at, size_));
}

// y_dot = x_dot - <p, x_dot>
template <class T>
void LogSoftmax<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  for (std::size_t at = 0; at < pass.outputs.size(); at += size_) {
    const auto x_dot = pass.inputs_dot[0].subspan(at, size_);
    const auto y = pass.outputs.subspan(at, size_);
    log_softmax<T>(pass.inputs[0].subspan(at, size_), y);
    T mean = 0;
    for (std::size_t i = 0; i < size_; ++i) mean += std::exp(y[i]) * x_dot[i];
    for (std::size_t i = 0; i < size_; ++i) pass.outputs_dot[at + i] = x_dot[i] - mean;
  }
}

template <class T>
void LogSoftmax<T>::backward(const BackwardPass<T>& pass) const {
  if (pass.inputs_gradients[0].empty()) return;
  for (std::size_t at = 0; at < pass.outputs.size(); at += size_)
    apply_transposed<T>(pass.outputs.subspan(at, size_), pass.upstream.subspan(at, size_),
                        pass.inputs_gradients[0].subspan(at, size_));
}

// g_dot = u_dot - p sum u_dot - p y_dot sum u
template <class T>
void LogSoftmax<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  const std::span<T> gradient = pass.inputs_gradients[0], gradient_dot = pass.inputs_gradients_dot[0];
  for (std::size_t at = 0; at < pass.outputs.size(); at += size_) {
    const auto y = pass.outputs.subspan(at, size_), u = pass.upstream.subspan(at, size_);
    if (!gradient.empty()) apply_transposed<T>(y, u, gradient.subspan(at, size_));
    if (gradient_dot.empty()) continue;
    const auto target = gradient_dot.subspan(at, size_);
    apply_transposed<T>(y, pass.upstream_dot.subspan(at, size_), target);
    if (pass.outputs_dot.empty()) continue;
    const auto y_dot = pass.outputs_dot.subspan(at, size_);
    const T sum = std::accumulate(u.begin(), u.end(), T(0));
    for (std::size_t i = 0; i < size_; ++i) target[i] -= std::exp(y[i]) * y_dot[i] * sum;
  }
}

template class LogSoftmax<float>;
template class LogSoftmax<double>;

}  // namespace tacit::models
