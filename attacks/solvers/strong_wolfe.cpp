#include <algorithm>
#include <cmath>

#include "attacks/solvers/line_search.h"

namespace tacit::attacks {
namespace {

double inner(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// phi(t) = f(x + t d) with its slope, and the point itself.
struct Trial {
  double step = 0, value = 0, slope = 0;
  LinePoint point;
};

class Search {
 public:
  Search(Iterate& iterate, std::span<const double> direction, const LineSearchSettings& settings)
      : iterate_(iterate),
        direction_(direction),
        settings_(settings),
        slope0_(inner(iterate.gradient(), direction)),
        left_(settings.evaluations) {}

  std::optional<LinePoint> run(double first_step) {
    if (!(slope0_ < 0)) return {};
    Trial previous{0, iterate_.value(), slope0_, {}};
    double step = first_step;
    while (left_ > 0) {
      Trial trial = at(step);
      if (!decreases(trial) || (previous.step > 0 && trial.value >= previous.value)) return zoom(previous, trial);
      if (flat(trial)) return std::move(trial.point);
      if (trial.slope >= 0) return zoom(trial, previous);
      previous = std::move(trial);
      step *= 2.5;
    }
    return fallback();
  }

 private:
  Trial at(double step) {
    --left_;
    Trial trial{step, 0, 0, {}};
    trial.point.x.resize(direction_.size());
    trial.point.gradient.resize(direction_.size());
    for (std::size_t i = 0; i < direction_.size(); ++i) trial.point.x[i] = iterate_.x()[i] + step * direction_[i];
    trial.value = trial.point.value = iterate_.evaluate(trial.point.x, trial.point.gradient);
    trial.slope = std::isfinite(trial.value) ? inner(trial.point.gradient, direction_) : 0;
    if (decreases(trial) && (!best_ || trial.value < best_->value)) best_ = trial.point;
    return trial;
  }

  bool decreases(const Trial& trial) const {
    return trial.value <= iterate_.value() + settings_.decrease * trial.step * slope0_;
  }
  bool flat(const Trial& trial) const { return std::abs(trial.slope) <= -settings_.curvature * slope0_; }

  /// Between the two steps lies a point that satisfies both conditions; `low` has the smaller value.
  std::optional<LinePoint> zoom(Trial low, Trial high) {
    while (left_ > 0) {
      const double width = high.step - low.step;
      if (std::abs(width) <= 1e-14 * std::max(std::abs(low.step), std::abs(high.step))) break;
      Trial trial = at(low.step + width * inside(low, high));
      if (!decreases(trial) || trial.value >= low.value) {
        high = std::move(trial);
        continue;
      }
      if (flat(trial)) return std::move(trial.point);
      if (trial.slope * width >= 0) high = std::move(low);
      low = std::move(trial);
    }
    return fallback();
  }

  /// Where the cubic through both ends has its minimum, as a part of the interval, kept away from its ends.
  static double inside(const Trial& low, const Trial& high) {
    const double width = high.step - low.step;
    double part = 0.5;
    if (std::isfinite(high.value)) {
      const double d1 = low.slope + high.slope - 3 * (high.value - low.value) / width;
      const double discriminant = d1 * d1 - low.slope * high.slope;
      if (discriminant >= 0) {
        const double d2 = std::copysign(std::sqrt(discriminant), width);
        const double denominator = high.slope - low.slope + 2 * d2;
        if (denominator != 0) part = 1 - (high.slope + d2 - d1) / denominator;
      }
    }
    return std::isfinite(part) ? std::clamp(part, 0.1, 0.9) : 0.5;
  }

  std::optional<LinePoint> fallback() { return std::move(best_); }

  Iterate& iterate_;
  std::span<const double> direction_;
  const LineSearchSettings& settings_;
  double slope0_;
  std::size_t left_;
  std::optional<LinePoint> best_;
};

}  // namespace

std::optional<LinePoint> strong_wolfe(Iterate& iterate, std::span<const double> direction, double first_step,
                                      const LineSearchSettings& settings) {
  return Search(iterate, direction, settings).run(first_step);
}

}  // namespace tacit::attacks
