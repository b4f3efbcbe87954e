#include "models/layers/normalization.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace tacit::models {

namespace {

// Sums run in double in the order of the elements: float would lose digits over a long run.

template <class T>
T mean(std::span<const T> a) {
  double sum = 0;
  for (const T value : a) sum += static_cast<double>(value);
  return static_cast<T>(sum / static_cast<double>(a.size()));
}

template <class T>
T mean_product(std::span<const T> a, std::span<const T> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return static_cast<T>(sum / static_cast<double>(a.size()));
}

}  // namespace

/// Arrays of one run.
template <class T>
struct Normalization<T>::Scratch final : LayerScratch {
  explicit Scratch(std::size_t size) : z(size), z_dot(size), v(size), v_dot(size) {}
  std::vector<T> z, z_dot;
  std::vector<T> v, v_dot;  ///< weight times upstream, and its derivative
};

/// A run of one example: elements [begin, begin + size) of the batch, [place, place + size) of the example.
template <class T>
struct Normalization<T>::Run {
  std::size_t begin = 0, place = 0, size = 0;
  template <class Element>
  std::span<Element> of(std::span<Element> all) const {
    return all.subspan(begin, size);
  }
};

template <class T>
Normalization<T> Normalization<T>::layer_norm(Shape shape, double epsilon) {
  Shape parameters = shape;
  return Normalization("layer_norm", std::move(shape), std::move(parameters), 1, epsilon);
}

template <class T>
Normalization<T> Normalization<T>::group_norm(Shape shape, std::size_t groups, double epsilon) {
  if (shape.empty() || groups == 0 || static_cast<std::size_t>(shape[0]) % groups != 0)
    fail(ErrorKind::usage, "{} groups do not divide the channels of shape {}", groups, to_string(shape));
  Shape parameters = {shape[0]};
  return Normalization("group_norm", std::move(shape), std::move(parameters), groups, epsilon);
}

template <class T>
Normalization<T>::Normalization(std::string_view type, Shape shape, Shape parameter_shape, std::size_t runs,
                                double epsilon)
    : type_(type),
      shapes_{std::move(shape)},
      parameter_shape_(std::move(parameter_shape)),
      size_(element_count(shapes_.front())),
      runs_(runs),
      run_size_(size_ / runs),
      parameters_(element_count(parameter_shape_)),
      epsilon_(epsilon) {
  if (size_ == 0) fail(ErrorKind::usage, "a normalisation of no elements is asked for");
  if (!(epsilon > 0 && std::isfinite(epsilon)))
    fail(ErrorKind::usage, "the epsilon of a normalisation is {}, expected a positive number", epsilon);
  shared_ = size_ / parameters_;
}

template <class T>
void Normalization<T>::initialise(RandomStream&, std::span<T> theta) const {
  std::fill_n(theta.begin(), parameters_, T(1));
  std::fill_n(theta.begin() + static_cast<std::ptrdiff_t>(parameters_), parameters_, T(0));
}

template <class T>
std::unique_ptr<LayerScratch> Normalization<T>::make_scratch() const {
  return std::make_unique<Scratch>(run_size_);
}

template <class T>
template <class Do>
void Normalization<T>::for_each_run(std::size_t count, const Do& work) const {
  for (std::size_t i = 0; i < count * runs_; ++i)
    work(Run{.begin = i * run_size_, .place = i % runs_ * run_size_, .size = run_size_});
}

template <class T>
template <class Do>
void Normalization<T>::for_each_parameter(const Run& run, const Do& work) const {
  for (std::size_t begin = 0; begin < run.size; begin += shared_)
    work((run.place + begin) / shared_, begin, begin + shared_);
}

template <class T>
T Normalization<T>::normalise(const Run& run, std::span<const T> x, Scratch& scratch) const {
  const std::span<const T> own = run.of(x);
  const T middle = mean(own);
  for (std::size_t i = 0; i < run.size; ++i) scratch.z[i] = own[i] - middle;
  const T variance = mean_product<T>(scratch.z, scratch.z);
  const T inverse_deviation = T(1) / std::sqrt(variance + static_cast<T>(epsilon_));
  for (T& value : scratch.z) value *= inverse_deviation;
  return inverse_deviation;
}

template <class T>
T Normalization<T>::normalise_dot(const Run& run, std::span<const T> x_dot, T inverse_deviation,
                                  Scratch& scratch) const {
  if (x_dot.empty()) {
    std::fill(scratch.z_dot.begin(), scratch.z_dot.end(), T(0));
    return 0;
  }
  const std::span<const T> own = run.of(x_dot);
  const T middle = mean(own), along = mean_product<T>(scratch.z, own);
  for (std::size_t i = 0; i < run.size; ++i)
    scratch.z_dot[i] = inverse_deviation * (own[i] - middle - scratch.z[i] * along);
  return along;
}

template <class T>
void Normalization<T>::scale(const Run& run, std::span<const T> theta, std::span<const T> z, std::span<T> y,
                             bool add_bias) const {
  for_each_parameter(run, [&](std::size_t parameter, std::size_t begin, std::size_t end) {
    const T weight = theta[parameter], bias = add_bias ? theta[parameters_ + parameter] : T(0);
    for (std::size_t i = begin; i < end; ++i) y[i] = weight * z[i] + bias;
  });
}

template <class T>
void Normalization<T>::forward(const ForwardPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  for_each_run(pass.count, [&](const Run& run) {
    normalise(run, pass.inputs[0], scratch);
    scale(run, pass.theta, scratch.z, run.of(pass.outputs), true);
  });
}

// y_dot = weight z_dot + weight_dot z + bias_dot
template <class T>
void Normalization<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  for_each_run(pass.count, [&](const Run& run) {
    const T inverse_deviation = normalise(run, pass.inputs[0], scratch);
    normalise_dot(run, pass.inputs_dot[0], inverse_deviation, scratch);
    const std::span<T> y_dot = run.of(pass.outputs_dot);
    scale(run, pass.theta, scratch.z, run.of(pass.outputs), true);
    scale(run, pass.theta, scratch.z_dot, y_dot, false);
    if (pass.theta_dot.empty()) return;
    scale(run, pass.theta_dot, scratch.z, scratch.v, true);
    for (std::size_t i = 0; i < run.size; ++i) y_dot[i] += scratch.v[i];
  });
}

// With u the upstream gradient, v = weight u and r the inverse deviation:
//   weight gradient = sum of u z, bias gradient = sum of u, x gradient = r (v - mean(v) - z mean(z v))
template <class T>
void Normalization<T>::backward(const BackwardPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  std::fill(pass.theta_gradient.begin(), pass.theta_gradient.end(), T(0));
  for_each_run(pass.count, [&](const Run& run) {
    const T inverse_deviation = normalise(run, pass.inputs[0], scratch);
    const std::span<const T> u = run.of(pass.upstream), z = scratch.z, v = scratch.v;
    if (!pass.theta_gradient.empty())
      for_each_parameter(run, [&](std::size_t parameter, std::size_t begin, std::size_t end) {
        T of_weight = 0, of_bias = 0;
        for (std::size_t i = begin; i < end; ++i) of_weight += u[i] * z[i], of_bias += u[i];
        pass.theta_gradient[parameter] += of_weight;
        pass.theta_gradient[parameters_ + parameter] += of_bias;
      });
    if (pass.inputs_gradients[0].empty()) return;
    const std::span<T> target = run.of(pass.inputs_gradients[0]);
    scale(run, pass.theta, u, scratch.v, false);
    const T middle = mean(v), along = mean_product(z, v);
    for (std::size_t i = 0; i < run.size; ++i) target[i] = inverse_deviation * (v[i] - middle - z[i] * along);
  });
}

// The derivatives of the lines above, with r_dot = -r^2 mean(z x_dot).
template <class T>
void Normalization<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  backward(pass.primal());
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  const std::span<T> theta_target = pass.theta_gradient_dot, inputs_target = pass.inputs_gradients_dot[0];
  std::fill(theta_target.begin(), theta_target.end(), T(0));
  for_each_run(pass.count, [&](const Run& run) {
    const T r = normalise(run, pass.inputs[0], scratch);
    const T r_dot = -r * r * normalise_dot(run, pass.inputs_dot[0], r, scratch);
    const std::span<const T> u = run.of(pass.upstream), u_dot = run.of(pass.upstream_dot);
    const std::span<const T> z = scratch.z, z_dot = scratch.z_dot, v = scratch.v, v_dot = scratch.v_dot;
    if (!theta_target.empty())
      for_each_parameter(run, [&](std::size_t parameter, std::size_t begin, std::size_t end) {
        T of_weight = 0, of_bias = 0;
        for (std::size_t i = begin; i < end; ++i) of_weight += u_dot[i] * z[i] + u[i] * z_dot[i], of_bias += u_dot[i];
        theta_target[parameter] += of_weight;
        theta_target[parameters_ + parameter] += of_bias;
      });
    if (inputs_target.empty()) return;
    const std::span<T> target = run.of(inputs_target);
    scale(run, pass.theta, u_dot, scratch.v_dot, false);
    if (!pass.theta_dot.empty()) {
      scale(run, pass.theta_dot, u, scratch.v, false);
      for (std::size_t i = 0; i < run.size; ++i) scratch.v_dot[i] += v[i];
    }
    scale(run, pass.theta, u, scratch.v, false);
    const T middle = mean(v), along = mean_product(z, v);
    const T middle_dot = mean(v_dot), along_dot = mean_product(z_dot, v) + mean_product(z, v_dot);
    for (std::size_t i = 0; i < run.size; ++i)
      target[i] =
          r_dot * (v[i] - middle - z[i] * along) + r * (v_dot[i] - middle_dot - z_dot[i] * along - z[i] * along_dot);
  });
}

template class Normalization<float>;
template class Normalization<double>;

}  // namespace tacit::models
