#include "models/losses/multiclass_hinge.h"

#include <algorithm>

namespace tacit::models {

template <class T>
T MulticlassHinge<T>::gradient(const Batch& batch, const Slopes& slopes) const {
  const T share = T(1) / static_cast<T>(batch.count * batch.size);
  double loss = 0;
  for (std::size_t b = 0; b < batch.count; ++b) {
    const std::size_t row = b * batch.size;
    const auto o = batch.outputs.subspan(row, batch.size), y = batch.targets.subspan(row, batch.size);
    const auto slope = slopes.outputs.empty() ? slopes.outputs : slopes.outputs.subspan(row, batch.size);
    std::fill(slope.begin(), slope.end(), T(0));
    for (std::size_t c = 0; c < batch.size; ++c) {
      T sum = 0;
      for (std::size_t j = 0; j < batch.size; ++j) {
        const T rest = margin_ - o[c] + o[j];
        if (j == c || rest <= T(0)) continue;
        sum += rest;
        if (slope.empty()) continue;
        slope[c] -= share * y[c];
        slope[j] += share * y[c];
      }
      // A target of zero ignores its class even where the hinge is infinite.
      if (y[c] != T(0)) loss += static_cast<double>(y[c]) * static_cast<double>(sum);
      if (!slopes.targets.empty()) slopes.targets[row + c] = share * sum;
    }
  }
  return static_cast<T>(loss / static_cast<double>(batch.count * batch.size));
}

template <class T>
typename Evaluation<T>::LossTangent MulticlassHinge<T>::gradient_tangent(const Batch& batch, const BatchDot& dot,
                                                                         const Slopes& slopes,
                                                                         const Slopes& slopes_dot) const {
  const T share = T(1) / static_cast<T>(batch.count * batch.size);
  const T loss = gradient(batch, slopes);
  double loss_dot = 0;
  for (std::size_t b = 0; b < batch.count; ++b) {
    const std::size_t row = b * batch.size;
    const auto o = batch.outputs.subspan(row, batch.size), y = batch.targets.subspan(row, batch.size);
    const auto o_dot = [&](std::size_t c) { return dot.outputs.empty() ? T(0) : dot.outputs[row + c]; };
    const auto y_dot = [&](std::size_t c) { return dot.targets.empty() ? T(0) : dot.targets[row + c]; };
    const auto slope = slopes_dot.outputs.empty() ? slopes_dot.outputs : slopes_dot.outputs.subspan(row, batch.size);
    std::fill(slope.begin(), slope.end(), T(0));
    for (std::size_t c = 0; c < batch.size; ++c) {
      T sum = 0, sum_dot = 0;
      for (std::size_t j = 0; j < batch.size; ++j) {
        const T rest = margin_ - o[c] + o[j];
        if (j == c || rest <= T(0)) continue;
        sum += rest;
        sum_dot += o_dot(j) - o_dot(c);
        if (slope.empty()) continue;
        slope[c] -= share * y_dot(c);
        slope[j] += share * y_dot(c);
      }
      if (y_dot(c) != T(0)) loss_dot += static_cast<double>(y_dot(c)) * static_cast<double>(sum);
      loss_dot += static_cast<double>(y[c]) * static_cast<double>(sum_dot);
      if (!slopes_dot.targets.empty()) slopes_dot.targets[row + c] = share * sum_dot;
    }
  }
  return {loss, static_cast<T>(loss_dot / static_cast<double>(batch.count * batch.size))};
}

template class MulticlassHinge<float>;
template class MulticlassHinge<double>;

}  // namespace tacit::models
