#include "models/layers/linear.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/kernels/elementwise.h"
#include "models/kernels/matrix_multiply.h"

namespace tacit::models {

using kernels::Store;

namespace {

/// Each row of [count, bias.size()] becomes the bias; without one, zeros.
template <class T>
void fill_rows(std::span<const T> bias, std::span<T> rows) {
  if (bias.empty()) {
    std::fill(rows.begin(), rows.end(), T(0));
    return;
  }
  for (std::size_t begin = 0; begin < rows.size(); begin += bias.size())
    std::copy(bias.begin(), bias.end(), rows.begin() + static_cast<std::ptrdiff_t>(begin));
}

/// Sum over the rows of [count, sums.size()], first row first.
template <class T>
void sum_rows(std::span<const T> rows, std::span<T> sums) {
  if (sums.empty()) return;
  std::fill(sums.begin(), sums.end(), T(0));
  for (std::size_t begin = 0; begin < rows.size(); begin += sums.size())
    kernels::add_to<T>(rows.subspan(begin, sums.size()), sums);
}

/// One lane's part of an array of the whole batch.
template <class Pass, class Element>
std::span<Element> rows_of(const Pass& pass, std::size_t lane, std::span<Element> all) {
  const std::size_t size = all.size() / pass.lanes.count;
  return all.subspan(lane * size, size);
}

}  // namespace

template <class T>
Linear<T>::Linear(Shape input_shape, std::size_t outputs, bool bias, std::optional<double> initial_range)
    : input_shapes_{std::move(input_shape)},
      output_shape_{static_cast<std::int64_t>(outputs)},
      inputs_(element_count(input_shapes_.front())),
      outputs_(outputs),
      has_bias_(bias),
      initial_range_(initial_range.value_or(1.0 / std::sqrt(static_cast<double>(inputs_)))) {
  if (inputs_ == 0 || outputs_ == 0)
    fail(ErrorKind::usage, "a linear layer of {} inputs and {} outputs is asked for", inputs_, outputs_);
  if (!(initial_range_ > 0 && std::isfinite(initial_range_)))
    fail(ErrorKind::usage, "the initial range of a linear layer is {}, expected a positive number", initial_range_);
}

template <class T>
std::vector<ParameterSchema::Declaration> Linear<T>::parameters() const {
  std::vector<ParameterSchema::Declaration> all = {
      {"weight", {static_cast<std::int64_t>(outputs_), static_cast<std::int64_t>(inputs_)}}};
  if (has_bias_) all.push_back({"bias", output_shape_});
  return all;
}

template <class T>
void Linear<T>::initialise(RandomStream& stream, std::span<T> theta) const {
  for (T& value : theta) value = static_cast<T>(stream.uniform(-initial_range_, initial_range_));
}

template <class T>
void Linear<T>::affine(std::size_t count, std::span<const T> theta, std::span<const T> x, std::span<T> out) const {
  fill_rows<T>(bias(theta), out);
  kernels::multiply_transposed_right<T>(count, outputs_, inputs_, x, weight(theta), out, Store::add);
}

template <class T>
void Linear<T>::forward(const ForwardPass<T>& pass) const {
  affine(pass.count, pass.theta, pass.inputs[0], pass.outputs);
}

// Y_dot = X W_dot^T + b_dot + X_dot W^T
template <class T>
void Linear<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  const std::span<const T> x = pass.inputs[0], x_dot = pass.inputs_dot[0];
  if (!pass.outputs_known) affine(pass.count, pass.theta, x, pass.outputs);
  const bool theta_moves = !pass.theta_dot.empty();
  if (theta_moves)
    for (std::size_t lane = 0; lane < pass.lanes.count; ++lane)
      affine(pass.count / pass.lanes.count, pass.lanes.of(pass.theta_dot, lane), rows_of(pass, lane, x),
             rows_of(pass, lane, pass.outputs_dot));
  if (!x_dot.empty())
    kernels::multiply_transposed_right<T>(pass.count, outputs_, inputs_, x_dot, weight(pass.theta), pass.outputs_dot,
                                          theta_moves ? Store::add : Store::replace);
}

// dW = U^T X, db = sum of the rows of U, dX = U W
template <class T>
void Linear<T>::backward(const BackwardPass<T>& pass) const {
  const std::span<const T> x = pass.inputs[0];
  for (std::size_t lane = 0; lane < pass.lanes.count && !pass.theta_gradient.empty(); ++lane) {
    const std::span<T> target = pass.lanes.of(pass.theta_gradient, lane);
    const std::span<const T> upstream = rows_of(pass, lane, pass.upstream);
    kernels::multiply_transposed_left<T>(outputs_, inputs_, pass.count / pass.lanes.count, upstream,
                                         rows_of(pass, lane, x), weight(target));
    sum_rows<T>(upstream, bias(target));
  }
  if (!pass.inputs_gradients[0].empty())
    kernels::multiply<T>(pass.count, inputs_, outputs_, pass.upstream, weight(pass.theta), pass.inputs_gradients[0]);
}

// dW_dot = U_dot^T X + U^T X_dot, db_dot = sum of the rows of U_dot, dX_dot = U_dot W + U W_dot
template <class T>
void Linear<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  backward(pass.primal());
  const std::span<const T> x = pass.inputs[0], x_dot = pass.inputs_dot[0];
  const std::size_t rows = pass.count / pass.lanes.count;
  for (std::size_t lane = 0; lane < pass.lanes.count && !pass.theta_gradient_dot.empty(); ++lane) {
    const std::span<T> all = pass.lanes.of(pass.theta_gradient_dot, lane), target = weight(all);
    const std::span<const T> upstream_dot = rows_of(pass, lane, pass.upstream_dot);
    kernels::multiply_transposed_left<T>(outputs_, inputs_, rows, upstream_dot, rows_of(pass, lane, x), target);
    if (!x_dot.empty())
      kernels::multiply_transposed_left<T>(outputs_, inputs_, rows, rows_of(pass, lane, pass.upstream),
                                           rows_of(pass, lane, x_dot), target, Store::add);
    sum_rows<T>(upstream_dot, bias(all));
  }
  const std::span<T> input_target = pass.inputs_gradients_dot[0];
  if (input_target.empty()) return;
  kernels::multiply<T>(pass.count, inputs_, outputs_, pass.upstream_dot, weight(pass.theta), input_target);
  for (std::size_t lane = 0; lane < pass.lanes.count && !pass.theta_dot.empty(); ++lane)
    kernels::multiply<T>(rows, inputs_, outputs_, rows_of(pass, lane, pass.upstream),
                         weight(pass.lanes.of(pass.theta_dot, lane)), rows_of(pass, lane, input_target), Store::add);
}

template class Linear<float>;
template class Linear<double>;

}  // namespace tacit::models
