#include "attacks/solvers/low_pass.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace tacit::attacks {
namespace {

/// Values of f, counted; infinity where it is not finite.
class Values {
 public:
  explicit Values(const MinimizationProblem& problem, std::size_t size) : problem_(problem), gradient_(size) {}
  double operator()(std::span<const double> x) {
    ++count_;
    const double value = problem_.value ? problem_.value(x) : problem_.evaluate(x, gradient_);
    return std::isfinite(value) ? value : std::numeric_limits<double>::infinity();
  }
  std::size_t count() const { return count_; }

 private:
  const MinimizationProblem& problem_;
  std::vector<double> gradient_;
  std::size_t count_ = 0;
};

void check(const MinimizationProblem& problem, std::span<const double> start) {
  if (start.empty()) fail(ErrorKind::usage, "minimisation needs at least one variable");
  if (!problem.evaluate && !problem.value) fail(ErrorKind::usage, "minimisation needs a function");
  if (problem.low.size() != problem.high.size() || (!problem.low.empty() && problem.low.size() != start.size()))
    fail(ErrorKind::usage, "minimisation of {} variables got {} lower and {} upper bounds", start.size(),
         problem.low.size(), problem.high.size());
}

void project(const MinimizationProblem& problem, std::vector<double>& x) {
  for (std::size_t i = 0; i < problem.low.size(); ++i) x[i] = std::clamp(x[i], problem.low[i], problem.high[i]);
}

/// One scalar filter a variable, all with the same covariance.
class KalmanFilter {
 public:
  KalmanFilter(std::size_t size, const LowPassSettings& settings) : settings_(settings), state_(size) {}
  void update(std::vector<double>& measured) {
    covariance_ += settings_.process_noise;
    const double gain = covariance_ / (covariance_ + settings_.measurement_noise);
    for (std::size_t i = 0; i < state_.size(); ++i) state_[i] += gain * (measured[i] - state_[i]);
    covariance_ *= 1 - gain;
    measured = state_;
  }

 private:
  const LowPassSettings& settings_;
  std::vector<double> state_;
  double covariance_ = 1;
};

}  // namespace

std::unique_ptr<const Solver> LowPass::make(ConfigTable section) {
  LowPassSettings settings;
  settings.iterations = static_cast<std::size_t>(section.integer("iterations", {1, 10'000'000}));
  settings.learning_rate = section.number("learning_rate", {1e-12, 1e6}, settings.learning_rate);
  settings.step = section.number("step", {1e-9, 1e3}, settings.step);
  settings.window = static_cast<std::size_t>(section.integer("window", {1, 10'000}, 16));
  settings.threshold = section.number("threshold", {0, 1e6}, settings.threshold);
  settings.kalman = section.boolean("kalman", false);
  settings.process_noise = section.number("process_noise", {0, 1e12}, settings.process_noise);
  settings.measurement_noise = section.number("measurement_noise", {1e-12, 1e12}, settings.measurement_noise);
  settings.target = section.number("target", {0, 1e300}, settings.target);
  return std::make_unique<const LowPass>(settings);
}

Minimum LowPass::minimize(const MinimizationProblem& problem, std::span<const double> start,
                          const SolverWatch& watch) const {
  check(problem, start);
  Values values(problem, start.size());
  std::vector<double> x(start.begin(), start.end());
  project(problem, x);
  double value = values(x);
  if (!std::isfinite(value)) fail(ErrorKind::data, "the function to minimise is not finite at the start point");
  Minimum best{x, value, value, 0, 0, StopReason::iterations};
  KalmanFilter filter(x.size(), settings_);
  std::vector<double> trial, slope(x.size());
  std::size_t window = settings_.window;
  for (std::size_t iteration = 0; iteration < settings_.iterations; ++iteration) {
    if (best.value <= settings_.target) {
      best.reason = StopReason::target_reached;
      break;
    }
    if (watch.should_stop && watch.should_stop()) {
      best.reason = StopReason::asked_to_stop;
      break;
    }
    for (std::size_t j = 0; j < x.size(); ++j) {
      trial = x;
      slope[j] = 0;
      for (std::size_t n = 1; n <= window; ++n) {
        const double offset = static_cast<double>(n) * settings_.step;
        trial[j] = x[j] + offset;
        const double above = values(trial);
        trial[j] = x[j] - offset;
        slope[j] += (above - values(trial)) / (2 * offset);
      }
      slope[j] /= static_cast<double>(window);
    }
    for (std::size_t j = 0; j < x.size(); ++j) x[j] -= settings_.learning_rate * slope[j];
    if (settings_.kalman) filter.update(x);
    project(problem, x);
    const double last = value;
    value = values(x);
    best.iterations = iteration + 1;
    if (!std::isfinite(value)) {
      best.reason = StopReason::no_progress;
      break;
    }
    if (value < best.value) best.x = x, best.value = value;
    if (value > settings_.threshold * last) window = std::max<std::size_t>(window / 2, 1);
    if (watch.progress) watch.progress(iteration + 1, value);
  }
  best.evaluations = values.count();
  return best;
}

}  // namespace tacit::attacks
