#include "attacks/snapshot/output_loss.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/losses/loss_function.h"

namespace tacit::attacks {
namespace {

/// Places between which a root is looked for; c(y) (y - k) has two extrema at most.
constexpr int grid = 400;

double sigmoid(double z) {
  const double tail = std::exp(-std::abs(z));
  return (z >= 0 ? 1 : tail) / (1 + tail);
}

}  // namespace

OutputLoss::OutputLoss(const models::Model<double>& model, const models::Quantum<double>& layer)
    : scale_(layer.output_scale()) {
  const auto& observables = layer.observables();
  const bool softmax = model.loss() == models::Loss::softmax_cross_entropy;
  const bool binary = model.loss() == models::Loss::binary_cross_entropy;
  if (!softmax && !binary && model.loss() != models::Loss::mean_squared_error)
    fail(ErrorKind::configuration,
         "the snapshot attack needs loss 'mean_squared_error', 'binary_cross_entropy' or 'softmax_cross_entropy'");
  if (softmax ? observables.size() != 2 : observables.size() != 1)
    fail(ErrorKind::configuration,
         "the snapshot attack needs one output, or two behind softmax_cross_entropy, and this model has {}: the "
         "derivative of the loss by several outputs is no single factor",
         observables.size());
  kind_ = softmax || binary ? Kind::logistic : Kind::squared;
  observable_ = observables[0];
  difference_ = softmax;
  check_plain(model);
  if (!softmax) return;
  for (quantum_sim::PauliTerm term : observables[1].terms) {
    const auto same = std::find_if(observable_.terms.begin(), observable_.terms.end(), [&](const auto& other) {
      return other.x_mask == term.x_mask && other.z_mask == term.z_mask;
    });
    if (same != observable_.terms.end()) {
      same->coefficient -= term.coefficient;
    } else {
      term.coefficient = -term.coefficient;
      observable_.terms.push_back(term);
    }
  }
}

void OutputLoss::check_plain(const models::Model<double>& model) const {
  for (const std::int32_t label : {0, 1}) {
    constexpr double probe = 0.37;
    const std::vector<double> outputs =
        difference_ ? std::vector<double>{scale_ * probe, 0.0} : std::vector{scale_ * probe};
    std::vector<double> slopes(outputs.size());
    model.loss_function().gradient({1, outputs.size(), outputs, model.targets_of(std::vector{label})},
                                   {.outputs = slopes, .targets = {}});
    const double expected = factor(probe, targets_of(std::vector{label})[0]);
    if (std::abs(scale_ * slopes[0] - expected) > 1e-9 * (1 + std::abs(expected)))
      fail(ErrorKind::configuration, "the snapshot attack needs a loss without label_smoothing and class_weights");
  }
}

std::vector<double> OutputLoss::targets_of(std::span<const std::int32_t> labels) const {
  std::vector<double> targets;
  for (const std::int32_t label : labels) {
    if (label < 0 || label > 1) fail(ErrorKind::data, "label {} lies outside 0..1, the classes of the model", label);
    targets.push_back((label == 1) != difference_ ? 1 : -1);
  }
  return targets;
}

double OutputLoss::factor(double y, double target) const {
  if (kind_ == Kind::squared) return 2 * scale_ * (scale_ * y - target);
  return -target * scale_ * sigmoid(-target * scale_ * y);
}

double OutputLoss::factor_slope(double y, double target) const {
  if (kind_ == Kind::squared) return 2 * scale_ * scale_;
  const double p = sigmoid(target * scale_ * y);
  return scale_ * scale_ * p * (1 - p);
}

std::vector<OutputCandidate> OutputLoss::candidates(double product, double constant, double target, double most) const {
  std::vector<OutputCandidate> result;
  if (kind_ == Kind::squared) {
    // 2 s (s y - t) (y - k) = q, so y^2 - (t / s + k) y + t k / s - q / (2 s^2) = 0.
    const double half = 0.5 * (target / scale_ + constant);
    const double square = half * half - target * constant / scale_ + product / (2 * scale_ * scale_);
    const double root = std::sqrt(std::max(square, 0.0));  // below zero only by noise
    for (const double sign : {-1.0, 1.0}) {
      const double y = half + sign * root;
      if (std::abs(y) > most || (sign > 0 && root == 0)) continue;
      result.push_back({y, factor(y, target)});
    }
    return result;
  }
  const auto error = [&](double y) { return factor(y, target) * (y - constant) - product; };
  double from = -most, at_from = error(from);
  for (int i = 1; i <= grid; ++i) {
    const double to = most * (2.0 * i / grid - 1), at_to = error(to);
    // A root on a place belongs to what lies before it.
    if (at_to == 0 || at_from * at_to < 0) {
      double low = from, high = to;
      for (int halving = 0; halving < 60 && at_to != 0; ++halving) {
        const double middle = 0.5 * (low + high);
        (error(middle) * at_from > 0 ? low : high) = middle;
      }
      result.push_back({high, factor(high, target)});
    }
    from = to, at_from = at_to;
  }
  return result;
}

}  // namespace tacit::attacks
