#include "models/losses/mean_squared_error.h"

namespace tacit::models {

namespace {

/// slope = 2 difference / (count size), the targets' with the other sign.
template <class T>
void write_slopes(T difference, T scale, const typename LossFunction<T>::Slopes& slopes, std::size_t i) {
  if (!slopes.outputs.empty()) slopes.outputs[i] = scale * difference;
  if (!slopes.targets.empty()) slopes.targets[i] = -scale * difference;
}

}  // namespace

template <class T>
T MeanSquaredError<T>::value(const Batch& batch) const {
  return gradient(batch, {});
}

template <class T>
T MeanSquaredError<T>::gradient(const Batch& batch, const Slopes& slopes) const {
  const std::size_t elements = batch.count * batch.size;
  const T scale = T(2) / static_cast<T>(elements);
  double loss = 0;
  for (std::size_t i = 0; i < elements; ++i) {
    const T difference = batch.outputs[i] - batch.targets[i];
    loss += static_cast<double>(difference) * static_cast<double>(difference);
    write_slopes(difference, scale, slopes, i);
  }
  return static_cast<T>(loss / static_cast<double>(elements));
}

template <class T>
typename Evaluation<T>::LossTangent MeanSquaredError<T>::gradient_tangent(const Batch& batch, const BatchDot& dot,
                                                                          const Slopes& slopes,
                                                                          const Slopes& slopes_dot) const {
  const std::size_t elements = batch.count * batch.size;
  const T scale = T(2) / static_cast<T>(elements);
  const T loss = gradient(batch, slopes);
  double loss_dot = 0;
  for (std::size_t i = 0; i < elements; ++i) {
    const T difference = batch.outputs[i] - batch.targets[i];
    const T difference_dot =
        (dot.outputs.empty() ? T(0) : dot.outputs[i]) - (dot.targets.empty() ? T(0) : dot.targets[i]);
    loss_dot += 2 * static_cast<double>(difference) * static_cast<double>(difference_dot);
    write_slopes(difference_dot, scale, slopes_dot, i);
  }
  return {loss, static_cast<T>(loss_dot / static_cast<double>(elements))};
}

template class MeanSquaredError<float>;
template class MeanSquaredError<double>;

}  // namespace tacit::models
