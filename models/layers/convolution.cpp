#include "models/layers/convolution.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/kernels/matrix_multiply.h"

namespace tacit::models {

using kernels::Store;

/// Of one group of one example, whatever the batch.
template <class T>
struct Convolution<T>::Scratch final : LayerScratch {
  explicit Scratch(const kernels::ImageWindows& windows)
      : padded(windows.padded_size()),
        padded_gradient(windows.padded_size()),
        columns(windows.columns_size()),
        gradient_columns(windows.columns_size()),
        ones(windows.positions(), T(1)) {}
  std::vector<T> padded;  ///< zero around the image, from the start on
  std::vector<T> padded_gradient;
  std::vector<T> columns, gradient_columns;  ///< [depth, positions]
  std::vector<T> ones;                       ///< [positions]
};

template <class T>
struct Convolution<T>::Part {
  std::size_t group = 0;
  std::size_t image_begin = 0, image_size = 0;    ///< in an array of inputs
  std::size_t output_begin = 0, output_size = 0;  ///< in an array of outputs
  std::size_t outputs = 0;                        ///< channels

  template <class Element>
  std::span<Element> image(std::span<Element> all) const {
    return all.subspan(image_begin, image_size);
  }
  template <class Element>
  std::span<Element> output(std::span<Element> all) const {
    return all.subspan(output_begin, output_size);
  }
};

template <class T>
Convolution<T>::Convolution(const kernels::ImageWindows& windows, const Options& options)
    : windows_(windows), options_(options) {
  windows.check();
  const auto [outputs, groups, bias, range] = options;
  if (outputs == 0 || groups == 0 || windows.channels % groups != 0 || outputs % groups != 0)
    fail(ErrorKind::usage, "a convolution from {} to {} channels in {} groups: both must be multiples of the groups",
         windows.channels, outputs, groups);
  input_shapes_ = {{static_cast<std::int64_t>(windows.channels), static_cast<std::int64_t>(windows.image[0]),
                    static_cast<std::int64_t>(windows.image[1])}};
  output_shape_ = {static_cast<std::int64_t>(outputs), static_cast<std::int64_t>(windows.positions(0)),
                   static_cast<std::int64_t>(windows.positions(1))};
  windows_.channels /= groups;
  depth_ = windows_.channels * windows_.kernel[0] * windows_.kernel[1];
  positions_ = windows_.positions();
  initial_range_ = range.value_or(1.0 / std::sqrt(static_cast<double>(depth_)));
  if (!(initial_range_ > 0 && std::isfinite(initial_range_)))
    fail(ErrorKind::usage, "the initial range of a convolution is {}, expected a positive number", initial_range_);
}

template <class T>
std::vector<ParameterSchema::Declaration> Convolution<T>::parameters() const {
  const auto outputs = static_cast<std::int64_t>(options_.outputs);
  std::vector<ParameterSchema::Declaration> all = {
      {"weight",
       {outputs, static_cast<std::int64_t>(windows_.channels), static_cast<std::int64_t>(windows_.kernel[0]),
        static_cast<std::int64_t>(windows_.kernel[1])}}};
  if (options_.bias) all.push_back({"bias", {outputs}});
  return all;
}

template <class T>
void Convolution<T>::initialise(RandomStream& stream, std::span<T> theta) const {
  for (T& value : theta) value = static_cast<T>(stream.uniform(-initial_range_, initial_range_));
}

template <class T>
std::unique_ptr<LayerScratch> Convolution<T>::make_scratch() const {
  return std::make_unique<Scratch>(windows_);
}

template <class T>
template <class Do>
void Convolution<T>::for_each_part(std::size_t count, const Do& run) const {
  Part part{.image_size = windows_.image_size(), .outputs = options_.outputs / options_.groups};
  part.output_size = part.outputs * positions_;
  for (std::size_t example = 0; example < count; ++example)
    for (part.group = 0; part.group < options_.groups; ++part.group) {
      run(std::as_const(part));
      part.image_begin += part.image_size;
      part.output_begin += part.output_size;
    }
}

template <class T>
template <class Element>
std::span<Element> Convolution<T>::weight(const Part& part, std::span<Element> theta) const {
  const std::size_t size = part.outputs * depth_;
  return theta.subspan(part.group * size, size);
}

template <class T>
std::span<const T> Convolution<T>::columns(const Part& part, std::span<const T> x, Scratch& scratch) const {
  if (windows_.is_identity()) return part.image(x);
  std::span<const T> padded = part.image(x);
  if (!windows_.is_padded_already()) {
    kernels::pad_image<T>(windows_, padded, scratch.padded);
    padded = scratch.padded;
  }
  kernels::gather_columns<T>(windows_, padded, scratch.columns);
  return scratch.columns;
}

template <class T>
Store Convolution<T>::fill_bias(std::size_t count, std::span<const T> theta, Scratch& scratch,
                                std::span<T> outputs) const {
  const std::span<const T> values = bias(theta);
  if (values.empty()) return Store::replace;
  const std::size_t size = options_.outputs * positions_;
  for (std::size_t example = 0; example < count; ++example)
    kernels::multiply<T>(options_.outputs, positions_, 1, values, scratch.ones, outputs.subspan(example * size, size));
  return Store::add;
}

template <class T>
void Convolution<T>::add_bias_gradient(std::size_t count, std::span<const T> upstream, Scratch& scratch,
                                       std::span<T> theta) const {
  const std::span<T> sums = bias(theta);
  if (sums.empty()) return;
  const std::size_t size = options_.outputs * positions_;
  for (std::size_t example = 0; example < count; ++example)
    kernels::multiply_transposed_right<T>(options_.outputs, 1, positions_, upstream.subspan(example * size, size),
                                          scratch.ones, sums, Store::add);
}

template <class T>
void Convolution<T>::add_weight_gradient(const Part& part, std::span<const T> upstream, std::span<const T> seen,
                                         std::span<T> gradient) const {
  kernels::multiply_transposed_right<T>(part.outputs, depth_, positions_, part.output(upstream), seen,
                                        weight(part, gradient), Store::add);
}

template <class T>
void Convolution<T>::fold_columns(const Part& part, Scratch& scratch, std::span<T> image) const {
  const std::span<T> target = part.image(image);
  const bool in_place = windows_.is_padded_already();
  const std::span<T> sums = in_place ? target : std::span<T>(scratch.padded_gradient);
  std::fill(sums.begin(), sums.end(), T(0));
  kernels::add_columns<T>(windows_, scratch.gradient_columns, sums);
  if (!in_place) kernels::crop_image<T>(windows_, sums, target);
}

template <class T>
void Convolution<T>::forward(const ForwardPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  const Store store = fill_bias(pass.count, pass.theta, scratch, pass.outputs);
  for_each_part(pass.count, [&](const Part& part) {
    kernels::multiply<T>(part.outputs, positions_, depth_, weight(part, pass.theta),
                         columns(part, pass.inputs[0], scratch), part.output(pass.outputs), store);
  });
}

// With * the convolution: Y_dot = W_dot * X + b_dot + W * X_dot
template <class T>
void Convolution<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  const std::span<const T> x_dot = pass.inputs_dot[0];
  const bool theta_moves = !pass.theta_dot.empty();
  const Store store = fill_bias(pass.count, pass.theta, scratch, pass.outputs);
  if (theta_moves) fill_bias(pass.count, pass.theta_dot, scratch, pass.outputs_dot);
  const auto multiply = [&](const Part& part, std::span<const T> theta, std::span<const T> seen, std::span<T> out,
                            Store how) {
    kernels::multiply<T>(part.outputs, positions_, depth_, weight(part, theta), seen, part.output(out), how);
  };
  for_each_part(pass.count, [&](const Part& part) {
    const std::span<const T> seen = columns(part, pass.inputs[0], scratch);
    multiply(part, pass.theta, seen, pass.outputs, store);
    if (theta_moves) multiply(part, pass.theta_dot, seen, pass.outputs_dot, store);
    if (!x_dot.empty())
      multiply(part, pass.theta, columns(part, x_dot, scratch), pass.outputs_dot,
               theta_moves ? Store::add : Store::replace);
  });
}

// dW = U X^T over windows, db = sum of U over positions, dX = the windows folded back from W^T U
template <class T>
void Convolution<T>::backward(const BackwardPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  const std::span<T> theta_gradient = pass.theta_gradient, inputs_gradient = pass.inputs_gradients[0];
  std::fill(theta_gradient.begin(), theta_gradient.end(), T(0));
  for_each_part(pass.count, [&](const Part& part) {
    if (!theta_gradient.empty())
      add_weight_gradient(part, pass.upstream, columns(part, pass.inputs[0], scratch), theta_gradient);
    if (inputs_gradient.empty()) return;
    kernels::multiply_transposed_left<T>(depth_, positions_, part.outputs, weight(part, pass.theta),
                                         part.output(pass.upstream), scratch.gradient_columns);
    fold_columns(part, scratch, inputs_gradient);
  });
  if (!theta_gradient.empty()) add_bias_gradient(pass.count, pass.upstream, scratch, theta_gradient);
}

// dW_dot = U_dot X^T + U X_dot^T, db_dot = sum of U_dot, dX_dot from W^T U_dot + W_dot^T U
template <class T>
void Convolution<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  backward({.count = pass.count,
            .theta = pass.theta,
            .inputs = pass.inputs,
            .outputs = pass.outputs,
            .upstream = pass.upstream,
            .theta_gradient = pass.theta_gradient,
            .inputs_gradients = pass.inputs_gradients,
            .scratch = pass.scratch});
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  const std::span<const T> x = pass.inputs[0], x_dot = pass.inputs_dot[0];
  const std::span<T> theta_gradient = pass.theta_gradient_dot, inputs_gradient = pass.inputs_gradients_dot[0];
  std::fill(theta_gradient.begin(), theta_gradient.end(), T(0));
  const auto unroll_gradient = [&](const Part& part, std::span<const T> theta, std::span<const T> upstream,
                                   Store store) {
    kernels::multiply_transposed_left<T>(depth_, positions_, part.outputs, weight(part, theta), part.output(upstream),
                                         scratch.gradient_columns, store);
  };
  for_each_part(pass.count, [&](const Part& part) {
    if (!theta_gradient.empty()) {
      add_weight_gradient(part, pass.upstream_dot, columns(part, x, scratch), theta_gradient);
      if (!x_dot.empty()) add_weight_gradient(part, pass.upstream, columns(part, x_dot, scratch), theta_gradient);
    }
    if (inputs_gradient.empty()) return;
    unroll_gradient(part, pass.theta, pass.upstream_dot, Store::replace);
    if (!pass.theta_dot.empty()) unroll_gradient(part, pass.theta_dot, pass.upstream, Store::add);
    fold_columns(part, scratch, inputs_gradient);
  });
  if (!theta_gradient.empty()) add_bias_gradient(pass.count, pass.upstream_dot, scratch, theta_gradient);
}

template class Convolution<float>;
template class Convolution<double>;

}  // namespace tacit::models
