#include "models/layers/batch_norm.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace tacit::models {

namespace {

/// Eight running sums, added pairwise at the end: a compiler can keep them in vectors, and their order is fixed.
template <class Term>
double sum_of(std::size_t size, const Term& term) {
  double lanes[8] = {};
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8)
    for (std::size_t lane = 0; lane < 8; ++lane) lanes[lane] += static_cast<double>(term(i + lane));
  for (std::size_t lane = 0; i < size; ++i, ++lane) lanes[lane] += static_cast<double>(term(i));
  return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

template <class T>
T square(T value) {
  return value * value;
}

}  // namespace

const std::vector<std::string>& batch_statistics_names() {
  static const std::vector<std::string> names = {"averaged", "local", "frozen"};
  return names;
}

/// One number a channel each. With z the normalised values, u the upstream gradient and r the inverse deviation:
template <class T>
struct BatchNorm<T>::Scratch final : LayerScratch {
  explicit Scratch(std::size_t channels)
      : sums(channels),
        mean(channels),
        variance(channels),
        r(channels),
        mean_dot(channels),
        z_x_dot(channels),
        u(channels),
        u_z(channels),
        u_dot(channels),
        u_z_dot(channels) {}
  std::vector<double> sums;
  std::vector<T> mean, variance, r;
  std::vector<T> mean_dot, z_x_dot;  ///< mean(x_dot), mean(z x_dot)
  std::vector<T> u, u_z;             ///< mean(u), mean(u z)
  std::vector<T> u_dot, u_z_dot;     ///< mean(u_dot), mean(u_dot z + u z_dot)
};

template <class T>
BatchNorm<T>::BatchNorm(Shape shape, const BatchNormOptions& options)
    : shapes_{std::move(shape)},
      channels_(shapes_.front().empty() ? 0 : static_cast<std::size_t>(shapes_.front()[0])),
      elements_(channels_ == 0 ? 0 : element_count(shapes_.front()) / channels_),
      options_(options) {
  if (elements_ == 0)
    fail(ErrorKind::usage, "a batch normalisation of shape {} has no elements", to_string(shapes_.front()));
  if (!(options.epsilon > 0 && std::isfinite(options.epsilon)))
    fail(ErrorKind::usage, "the epsilon of a normalisation is {}, expected a positive number", options.epsilon);
  if (!(options.momentum > 0 && options.momentum <= 1))
    fail(ErrorKind::usage, "the momentum of a batch normalisation is {}, expected a number above 0 and at most 1",
         options.momentum);
}

template <class T>
std::vector<ParameterSchema::Declaration> BatchNorm<T>::parameters() const {
  const Shape shape = {static_cast<std::int64_t>(channels_)};
  std::vector<ParameterSchema::Declaration> all = {{"weight", shape}, {"bias", shape}};
  if (options_.statistics != BatchStatistics::local) {
    all.push_back({"running_mean", shape, false});
    all.push_back({"running_var", shape, false});
  }
  return all;
}

template <class T>
void BatchNorm<T>::initialise(RandomStream&, std::span<T> theta) const {
  // Weight and variance start at 1, bias and mean at 0.
  constexpr T starts[] = {1, 0, 0, 1};
  for (std::size_t i = 0; i < theta.size(); ++i) theta[i] = starts[i / channels_];
}

template <class T>
std::unique_ptr<LayerScratch> BatchNorm<T>::make_scratch() const {
  return std::make_unique<Scratch>(channels_);
}

template <class T>
template <class Term>
void BatchNorm<T>::average(std::size_t count, Scratch& scratch, std::span<T> means, const Term& term) const {
  std::fill(scratch.sums.begin(), scratch.sums.end(), 0.0);
  for (std::size_t b = 0; b < count; ++b)
    for (std::size_t c = 0; c < channels_; ++c) {
      const std::size_t begin = (b * channels_ + c) * elements_;
      scratch.sums[c] += sum_of(elements_, [&](std::size_t i) { return term(begin + i, c); });
    }
  const auto size = static_cast<double>(count * elements_);
  for (std::size_t c = 0; c < channels_; ++c) means[c] = static_cast<T>(scratch.sums[c] / size);
}

template <class T>
template <class Work>
void BatchNorm<T>::for_each_element(std::size_t count, const Work& work) const {
  for (std::size_t b = 0; b < count; ++b)
    for (std::size_t c = 0; c < channels_; ++c) {
      const std::size_t begin = (b * channels_ + c) * elements_;
      for (std::size_t i = begin; i < begin + elements_; ++i) work(i, c);
    }
}

template <class T>
void BatchNorm<T>::batch_statistics(std::size_t count, std::span<const T> x, Scratch& scratch) const {
  average(count, scratch, scratch.mean, [&](std::size_t i, std::size_t) { return x[i]; });
  average(count, scratch, scratch.variance, [&](std::size_t i, std::size_t c) {
    return square(static_cast<double>(x[i]) - static_cast<double>(scratch.mean[c]));
  });
}

template <class T>
void BatchNorm<T>::prepare(std::size_t count, std::span<const T> theta, std::span<const T> x, const PassMode<T>& mode,
                           Scratch& scratch) const {
  if (uses_batch(mode)) {
    batch_statistics(count, x, scratch);
  } else {
    const bool local = options_.statistics == BatchStatistics::local;
    if (local && mode.statistics.empty())
      fail(ErrorKind::usage,
           "a batch normalisation with local statistics was asked for predictions before it saw data");
    const std::span<const T> kept = local ? mode.statistics : theta.subspan(2 * channels_);
    std::copy_n(kept.begin(), channels_, scratch.mean.begin());
    for (std::size_t c = 0; c < channels_; ++c) scratch.variance[c] = std::max(kept[channels_ + c], T(0));
  }
  for (std::size_t c = 0; c < channels_; ++c)
    scratch.r[c] = T(1) / std::sqrt(scratch.variance[c] + static_cast<T>(options_.epsilon));
}

template <class T>
void BatchNorm<T>::prepare_dot(std::size_t count, std::span<const T> x, std::span<const T> x_dot,
                               const PassMode<T>& mode, Scratch& scratch) const {
  if (x_dot.empty() || !uses_batch(mode)) {
    std::fill(scratch.mean_dot.begin(), scratch.mean_dot.end(), T(0));
    std::fill(scratch.z_x_dot.begin(), scratch.z_x_dot.end(), T(0));
    return;
  }
  average(count, scratch, scratch.mean_dot, [&](std::size_t i, std::size_t) { return x_dot[i]; });
  average(count, scratch, scratch.z_x_dot,
          [&](std::size_t i, std::size_t c) { return (x[i] - scratch.mean[c]) * scratch.r[c] * x_dot[i]; });
}

template <class T>
void BatchNorm<T>::sum_upstream(std::size_t count, std::span<const T> x, std::span<const T> upstream,
                                Scratch& scratch) const {
  average(count, scratch, scratch.u, [&](std::size_t i, std::size_t) { return upstream[i]; });
  average(count, scratch, scratch.u_z,
          [&](std::size_t i, std::size_t c) { return upstream[i] * ((x[i] - scratch.mean[c]) * scratch.r[c]); });
}

// Local statistics are the mean and the variance of all elements seen, pooled from those of the batches.
template <class T>
void BatchNorm<T>::update_statistics(const StatisticsPass<T>& pass) const {
  const bool local = options_.statistics == BatchStatistics::local;
  if (options_.statistics == BatchStatistics::frozen || (local ? !pass.rate : pass.theta.empty())) return;
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  batch_statistics(pass.count, pass.inputs[0], scratch);
  const T rate = static_cast<T>(local ? *pass.rate : options_.momentum);
  const std::span<T> kept = local ? pass.statistics : pass.theta.subspan(2 * channels_);
  const std::size_t n = pass.count * elements_;
  const T unbiased = n > 1 ? static_cast<T>(static_cast<double>(n) / static_cast<double>(n - 1)) : T(1);
  for (std::size_t c = 0; c < channels_; ++c) {
    T &mean = kept[c], &variance = kept[channels_ + c];
    const T shift = scratch.mean[c] - mean;
    mean += rate * shift;
    if (local) {
      variance += rate * (scratch.variance[c] - variance) + rate * (T(1) - rate) * shift * shift;
    } else if (n > 1) {
      variance += rate * (unbiased * scratch.variance[c] - variance);
    }
  }
}

template <class T>
void BatchNorm<T>::forward(const ForwardPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  const std::span<const T> x = pass.inputs[0], weight = pass.theta.first(channels_),
                           bias = pass.theta.subspan(channels_, channels_);
  prepare(pass.count, pass.theta, x, pass.mode, scratch);
  for_each_element(pass.count, [&](std::size_t i, std::size_t c) {
    pass.outputs[i] = weight[c] * ((x[i] - scratch.mean[c]) * scratch.r[c]) + bias[c];
  });
}

// z_dot = r (x_dot - mean(x_dot) - z mean(z x_dot)),   y_dot = weight z_dot + weight_dot z + bias_dot
template <class T>
void BatchNorm<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  forward({.count = pass.count,
           .theta = pass.theta,
           .inputs = pass.inputs,
           .outputs = pass.outputs,
           .scratch = pass.scratch,
           .mode = pass.mode});
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  const std::span<const T> x = pass.inputs[0], x_dot = pass.inputs_dot[0], theta_dot = pass.theta_dot;
  prepare_dot(pass.count, x, x_dot, pass.mode, scratch);
  for_each_element(pass.count, [&](std::size_t i, std::size_t c) {
    const T z = (x[i] - scratch.mean[c]) * scratch.r[c];
    T y_dot = 0;
    if (!x_dot.empty())
      y_dot = pass.theta[c] * scratch.r[c] * (x_dot[i] - scratch.mean_dot[c] - z * scratch.z_x_dot[c]);
    if (!theta_dot.empty()) y_dot += theta_dot[c] * z + theta_dot[channels_ + c];
    pass.outputs_dot[i] = y_dot;
  });
}

// With n elements a channel:
//   weight gradient = n mean(u z),   bias gradient = n mean(u),   x gradient = weight r (u - mean(u) - z mean(u z)),
// without the two means where the statistics do not depend on x.
template <class T>
void BatchNorm<T>::backward(const BackwardPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  const std::span<const T> x = pass.inputs[0], u = pass.upstream;
  prepare(pass.count, pass.theta, x, pass.mode, scratch);
  sum_upstream(pass.count, x, u, scratch);
  if (!pass.theta_gradient.empty()) {
    std::fill(pass.theta_gradient.begin(), pass.theta_gradient.end(), T(0));
    const T n = static_cast<T>(pass.count * elements_);
    for (std::size_t c = 0; c < channels_; ++c) {
      pass.theta_gradient[c] = n * scratch.u_z[c];
      pass.theta_gradient[channels_ + c] = n * scratch.u[c];
    }
  }
  const std::span<T> target = pass.inputs_gradients[0];
  if (target.empty()) return;
  const T coupled = uses_batch(pass.mode) ? T(1) : T(0);
  for_each_element(pass.count, [&](std::size_t i, std::size_t c) {
    const T z = (x[i] - scratch.mean[c]) * scratch.r[c];
    target[i] = pass.theta[c] * scratch.r[c] * (u[i] - coupled * (scratch.u[c] + z * scratch.u_z[c]));
  });
}

// The derivatives of the lines above, with r_dot = -r^2 mean(z x_dot).
template <class T>
void BatchNorm<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  backward(pass.primal());
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  const std::span<const T> x = pass.inputs[0], x_dot = pass.inputs_dot[0], u = pass.upstream, u_dot = pass.upstream_dot;
  prepare_dot(pass.count, x, x_dot, pass.mode, scratch);
  const auto z_at = [&](std::size_t i, std::size_t c) { return (x[i] - scratch.mean[c]) * scratch.r[c]; };
  const auto z_dot_at = [&](std::size_t i, std::size_t c, T z) {
    return x_dot.empty() ? T(0) : scratch.r[c] * (x_dot[i] - scratch.mean_dot[c] - z * scratch.z_x_dot[c]);
  };
  average(pass.count, scratch, scratch.u_dot, [&](std::size_t i, std::size_t) { return u_dot[i]; });
  average(pass.count, scratch, scratch.u_z_dot, [&](std::size_t i, std::size_t c) {
    const T z = z_at(i, c);
    return u_dot[i] * z + u[i] * z_dot_at(i, c, z);
  });
  if (!pass.theta_gradient_dot.empty()) {
    std::fill(pass.theta_gradient_dot.begin(), pass.theta_gradient_dot.end(), T(0));
    const T n = static_cast<T>(pass.count * elements_);
    for (std::size_t c = 0; c < channels_; ++c) {
      pass.theta_gradient_dot[c] = n * scratch.u_z_dot[c];
      pass.theta_gradient_dot[channels_ + c] = n * scratch.u_dot[c];
    }
  }
  const std::span<T> target = pass.inputs_gradients_dot[0];
  if (target.empty()) return;
  const T coupled = uses_batch(pass.mode) ? T(1) : T(0);
  for_each_element(pass.count, [&](std::size_t i, std::size_t c) {
    const T r = scratch.r[c], r_dot = -r * r * scratch.z_x_dot[c], weight = pass.theta[c];
    const T weight_dot = pass.theta_dot.empty() ? T(0) : pass.theta_dot[c];
    const T z = z_at(i, c), z_dot = z_dot_at(i, c, z);
    const T centred = u[i] - coupled * (scratch.u[c] + z * scratch.u_z[c]);
    const T centred_dot = u_dot[i] - coupled * (scratch.u_dot[c] + z_dot * scratch.u_z[c] + z * scratch.u_z_dot[c]);
    target[i] = (weight_dot * r + weight * r_dot) * centred + weight * r * centred_dot;
  });
}

template class BatchNorm<float>;
template class BatchNorm<double>;

}  // namespace tacit::models
