#include "models/losses/loss_function.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/losses/binary_cross_entropy.h"
#include "models/losses/binary_hinge.h"
#include "models/losses/huber.h"
#include "models/losses/mean_squared_error.h"
#include "models/losses/multiclass_hinge.h"
#include "models/losses/softmax_cross_entropy.h"

namespace tacit::models {

namespace {

void refuse_unless_default(Loss loss, const char* setting, bool is_default) {
  if (!is_default) fail(ErrorKind::usage, "the loss {} has no {}", to_string(loss), setting);
}

void check_positive(const char* setting, double value) {
  if (!std::isfinite(value) || value <= 0)
    fail(ErrorKind::usage, "{} is {}, expected a finite number above 0", setting, value);
}

void check_class_weights(const std::vector<double>& weights, std::size_t classes) {
  if (weights.empty()) return;
  if (weights.size() != classes)
    fail(ErrorKind::usage, "class_weights has {} numbers, expected one for each of {} classes", weights.size(),
         classes);
  for (const double weight : weights)
    if (!std::isfinite(weight) || weight < 0)
      fail(ErrorKind::usage, "class_weights has {}, expected finite numbers that are not negative", weight);
  if (std::all_of(weights.begin(), weights.end(), [](double weight) { return weight == 0; }))
    fail(ErrorKind::usage, "class_weights are all zero: nothing would be learnt");
}

void check(Loss loss, const LossSettings& settings, std::size_t outputs) {
  const bool cross_entropy = loss == Loss::softmax_cross_entropy || loss == Loss::binary_cross_entropy;
  if (loss == Loss::softmax_cross_entropy && outputs < 2)
    fail(ErrorKind::usage, "softmax cross-entropy needs two outputs at least, the model has {}", outputs);
  const LossSettings defaults;
  if (!cross_entropy) {
    refuse_unless_default(loss, "label_smoothing", settings.label_smoothing == 0);
    refuse_unless_default(loss, "class_weights", settings.class_weights.empty());
  }
  if (loss != Loss::huber) refuse_unless_default(loss, "huber_delta", settings.huber_delta == defaults.huber_delta);
  if (loss != Loss::hinge) refuse_unless_default(loss, "margin", settings.margin == defaults.margin);
  if (!(settings.label_smoothing >= 0 && settings.label_smoothing < 1))
    fail(ErrorKind::usage, "label_smoothing is {}, expected a number from 0 to below 1", settings.label_smoothing);
  check_positive("huber_delta", settings.huber_delta);
  check_positive("margin", settings.margin);
  check_class_weights(settings.class_weights, outputs == 1 ? 2 : outputs);
}

template <class T, class Rule>
std::unique_ptr<const LossFunction<T>> pointwise(Rule rule) {
  return std::make_unique<const PointwiseLoss<T, Rule>>(std::move(rule));
}

}  // namespace

const std::vector<std::string>& loss_names() {
  static const std::vector<std::string> names = {"softmax_cross_entropy", "mean_squared_error", "huber", "hinge",
                                                 "binary_cross_entropy"};
  return names;
}

std::string to_string(Loss loss) {
  return loss_names().at(static_cast<std::size_t>(loss));
}

Loss loss_named(const std::string& name) {
  const auto found = std::find(loss_names().begin(), loss_names().end(), name);
  if (found == loss_names().end()) fail(ErrorKind::usage, "loss '{}' does not exist", name);
  return static_cast<Loss>(found - loss_names().begin());
}

template <class T>
std::unique_ptr<const LossFunction<T>> make_loss_function(Loss loss, const LossSettings& settings,
                                                          std::size_t outputs) {
  check(loss, settings, outputs);
  const auto smoothing = static_cast<T>(settings.label_smoothing);
  const std::vector<T> weights(settings.class_weights.begin(), settings.class_weights.end());
  switch (loss) {
    case Loss::softmax_cross_entropy:
      return std::make_unique<const SoftmaxCrossEntropy<T>>(smoothing, weights);
    case Loss::mean_squared_error:
      return pointwise<T>(MeanSquaredError<T>{});
    case Loss::huber:
      return pointwise<T>(Huber<T>{static_cast<T>(settings.huber_delta)});
    case Loss::hinge:
      if (outputs == 1) return pointwise<T>(BinaryHinge<T>{static_cast<T>(settings.margin)});
      return std::make_unique<const MulticlassHinge<T>>(settings.margin);
    case Loss::binary_cross_entropy:
      return pointwise<T>(BinaryCrossEntropy<T>{smoothing, weights});
  }
  fail(ErrorKind::usage, "loss number {} does not exist", static_cast<int>(loss));
}

template std::unique_ptr<const LossFunction<float>> make_loss_function(Loss, const LossSettings&, std::size_t);
template std::unique_ptr<const LossFunction<double>> make_loss_function(Loss, const LossSettings&, std::size_t);

}  // namespace tacit::models
