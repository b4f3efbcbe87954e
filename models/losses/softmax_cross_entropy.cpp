#include "models/losses/softmax_cross_entropy.h"

#include <algorithm>
#include <cmath>

namespace tacit::models {

namespace {

template <class T>
T log_sum_exp(std::span<const T> logits) {
  T largest = logits[0];
  for (const T logit : logits) largest = std::max(largest, logit);
  T sum = 0;
  for (const T logit : logits) sum += std::exp(logit - largest);
  return largest + std::log(sum);
}

}  // namespace

template <class T>
T SoftmaxCrossEntropy<T>::value(const Batch& batch) const {
  return gradient(batch, {});
}

template <class T>
T SoftmaxCrossEntropy<T>::gradient(const Batch& batch, const Slopes& slopes) const {
  const T count = static_cast<T>(batch.count);
  double loss = 0;
  for (std::size_t b = 0; b < batch.count; ++b) {
    const std::size_t row = b * batch.size;
    const std::span<const T> z = batch.outputs.subspan(row, batch.size), y = batch.targets.subspan(row, batch.size);
    const T normaliser = log_sum_exp(z);
    T mass = 0;
    for (std::size_t c = 0; c < batch.size; ++c) mass += share(y[c], c, batch.size);
    for (std::size_t c = 0; c < batch.size; ++c) {
      const T log_p = z[c] - normaliser, q = share(y[c], c, batch.size);
      // A share of zero ignores its class even where the probability underflows to zero.
      if (q != T(0)) loss -= static_cast<double>(q) * static_cast<double>(log_p);
      if (!slopes.outputs.empty()) slopes.outputs[row + c] = (mass * std::exp(log_p) - q) / count;
      if (!slopes.targets.empty()) slopes.targets[row + c] = -share_slope(c) * log_p / count;
    }
  }
  return static_cast<T>(loss / static_cast<double>(batch.count));
}

// With m = sum_c p_c z_dot_c: p_dot_c = p_c (z_dot_c - m), (log p_c)_dot = z_dot_c - m.
template <class T>
typename Evaluation<T>::LossTangent SoftmaxCrossEntropy<T>::gradient_tangent(const Batch& batch, const BatchDot& dot,
                                                                             const Slopes& slopes,
                                                                             const Slopes& slopes_dot) const {
  const T count = static_cast<T>(batch.count);
  const T loss = gradient(batch, slopes);
  double loss_dot = 0;
  for (std::size_t b = 0; b < batch.count; ++b) {
    const std::size_t row = b * batch.size;
    const std::span<const T> z = batch.outputs.subspan(row, batch.size), y = batch.targets.subspan(row, batch.size);
    const auto z_dot = [&](std::size_t c) { return dot.outputs.empty() ? T(0) : dot.outputs[row + c]; };
    const auto q_dot = [&](std::size_t c) {
      return dot.targets.empty() ? T(0) : share_slope(c) * dot.targets[row + c];
    };
    const T normaliser = log_sum_exp(z);
    T mean = 0, mass = 0, mass_dot = 0;
    for (std::size_t c = 0; c < batch.size; ++c) {
      mean += std::exp(z[c] - normaliser) * z_dot(c);
      mass += share(y[c], c, batch.size);
      mass_dot += q_dot(c);
    }
    for (std::size_t c = 0; c < batch.size; ++c) {
      const T log_p = z[c] - normaliser, p = std::exp(log_p), log_p_dot = z_dot(c) - mean,
              q = share(y[c], c, batch.size);
      if (q_dot(c) != T(0)) loss_dot -= static_cast<double>(q_dot(c)) * static_cast<double>(log_p);
      if (q != T(0)) loss_dot -= static_cast<double>(q) * static_cast<double>(log_p_dot);
      if (!slopes_dot.outputs.empty())
        slopes_dot.outputs[row + c] = (mass_dot * p + mass * p * log_p_dot - q_dot(c)) / count;
      if (!slopes_dot.targets.empty()) slopes_dot.targets[row + c] = -share_slope(c) * log_p_dot / count;
    }
  }
  return {loss, static_cast<T>(loss_dot / static_cast<double>(batch.count))};
}

template class SoftmaxCrossEntropy<float>;
template class SoftmaxCrossEntropy<double>;

}  // namespace tacit::models
