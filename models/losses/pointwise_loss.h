#pragma once

#include "models/losses/loss_function.h"

namespace tacit::models {

/// A function of one output and one target with its derivatives up to second order.
template <class T>
struct PointwiseDerivatives {
  double value = 0;
  T output = 0, target = 0;
  T output_output = 0, output_target = 0, target_target = 0;
};

/// L = 1/(count size) sum_b sum_k rule(o_bk, y_bk): the mean over examples and over outputs. A Rule is called with
/// (output, target, k, whether the model has one output) and returns PointwiseDerivatives.
template <class T, class Rule>
class PointwiseLoss final : public LossFunction<T> {
 public:
  using typename LossFunction<T>::Batch;
  using typename LossFunction<T>::BatchDot;
  using typename LossFunction<T>::Slopes;

  explicit PointwiseLoss(Rule rule) : rule_(std::move(rule)) {}

  T value(const Batch& batch) const override { return gradient(batch, {}); }

  T gradient(const Batch& batch, const Slopes& slopes) const override {
    return gradient_tangent(batch, {}, slopes, {}).loss;
  }

  typename Evaluation<T>::LossTangent gradient_tangent(const Batch& batch, const BatchDot& dot, const Slopes& slopes,
                                                       const Slopes& slopes_dot) const override {
    const std::size_t elements = batch.count * batch.size;
    const T share = T(1) / static_cast<T>(elements);
    double loss = 0, loss_dot = 0;
    for (std::size_t i = 0; i < elements; ++i) {
      const PointwiseDerivatives<T> at = rule_(batch.outputs[i], batch.targets[i], i % batch.size, batch.size == 1);
      const T output_dot = dot.outputs.empty() ? T(0) : dot.outputs[i];
      const T target_dot = dot.targets.empty() ? T(0) : dot.targets[i];
      loss += at.value;
      loss_dot += static_cast<double>(at.output) * static_cast<double>(output_dot) +
                  static_cast<double>(at.target) * static_cast<double>(target_dot);
      write(slopes, i, share * at.output, share * at.target);
      write(slopes_dot, i, share * (at.output_output * output_dot + at.output_target * target_dot),
            share * (at.output_target * output_dot + at.target_target * target_dot));
    }
    const auto mean = [elements](double sum) { return static_cast<T>(sum / static_cast<double>(elements)); };
    return {mean(loss), mean(loss_dot)};
  }

 private:
  static void write(const Slopes& slopes, std::size_t i, T output, T target) {
    if (!slopes.outputs.empty()) slopes.outputs[i] = output;
    if (!slopes.targets.empty()) slopes.targets[i] = target;
  }

  Rule rule_;
};

}  // namespace tacit::models
