#include "attacks/solvers/adam.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "attacks/solvers/iterate.h"
#include "attacks/solvers/noise_from_start.h"
#include "core/error.h"
#include "models/kernels/optimizer_steps.h"

namespace tacit::attacks {
namespace {

double sign_of(double x) {
  return static_cast<double>((x > 0) - (x < 0));  // without a branch that nothing could predict
}

}  // namespace

Adam::Adam(AdamSettings settings) : settings_(std::move(settings)) {
  if (settings_.sign && settings_.soft_sign) {
    fail(ErrorKind::usage, "Adam follows either the sign or the soft sign of the gradient, not both");
  }
}

std::unique_ptr<const Solver> Adam::make(ConfigTable section) {
  AdamSettings settings;
  settings.iterations = static_cast<std::size_t>(section.integer("iterations", {1, 10'000'000}));
  settings.learning_rate = section.number("learning_rate", {1e-12, 1e6}, settings.learning_rate);
  settings.beta1 = section.number("beta1", {0, 0.999999}, settings.beta1);
  settings.beta2 = section.number("beta2", {0, 0.999999999}, settings.beta2);
  settings.epsilon = section.number("epsilon", {1e-300, 1}, settings.epsilon);
  settings.sign = section.boolean("sign", settings.sign);
  settings.soft_sign = section.boolean("soft_sign", settings.soft_sign);
  if (settings.sign && settings.soft_sign) section.refuse("soft_sign", "expected false, since sign = true");
  const std::string schedule = section.choice("schedule", {"constant", "step", "cosine"}, "constant");
  if (schedule == "step") {
    settings.schedule = AdamSettings::Schedule::step;
    settings.milestones = section.numbers("milestones", {0, 1}, settings.milestones);
    settings.factor = section.number("factor", {1e-12, 1}, settings.factor);
  } else if (schedule == "cosine") {
    settings.schedule = AdamSettings::Schedule::cosine;
  }
  settings.warm_up = static_cast<std::size_t>(section.integer("warm_up", {0, 10'000'000}, 0));
  settings.noise = section.number("noise", {0, 1e6}, settings.noise);
  settings.target = section.number("target", {0, 1e300}, settings.target);
  return std::make_unique<const Adam>(settings);
}

double Adam::rate(std::size_t iteration) const noexcept {
  const double done = static_cast<double>(iteration) / static_cast<double>(settings_.iterations);
  double rate = settings_.learning_rate;
  if (settings_.schedule == AdamSettings::Schedule::step) {
    for (const double milestone : settings_.milestones) {
      if (done >= milestone) rate *= settings_.factor;
    }
  } else if (settings_.schedule == AdamSettings::Schedule::cosine) {
    rate *= 0.5 * (1 + std::cos(std::numbers::pi * done));
  }
  if (iteration < settings_.warm_up)
    rate *= static_cast<double>(iteration + 1) / static_cast<double>(settings_.warm_up);
  return rate;
}

double Adam::followed(double g, std::size_t iteration) const noexcept {
  if (settings_.sign) return sign_of(g);
  if (!settings_.soft_sign) return g;
  const double s = 1 - static_cast<double>(iteration) / static_cast<double>(settings_.iterations);
  return std::tanh(s * g) / s;
}

Minimum Adam::minimize(const MinimizationProblem& problem, std::span<const double> start,
                       const SolverWatch& watch) const {
  Iterate iterate(problem, start);
  const std::size_t size = start.size();
  std::vector<double> first(size), second(size), trial(size), gradient(size), followed_gradient(size);
  RandomStream noise = noise_from_start(start);
  double bias1 = 1, bias2 = 1;
  for (std::size_t iteration = 0; iteration < settings_.iterations; ++iteration) {
    if (iterate.value() <= settings_.target) return iterate.finish(iteration, StopReason::target_reached);
    if (watch.should_stop && watch.should_stop()) return iterate.finish(iteration, StopReason::asked_to_stop);
    bias1 *= settings_.beta1;
    bias2 *= settings_.beta2;
    const double step = rate(iteration);
    for (std::size_t i = 0; i < size; ++i) followed_gradient[i] = followed(iterate.gradient()[i], iteration);
    std::ranges::copy(iterate.x(), trial.begin());
    models::kernels::adam_step<double>({.keep_1 = settings_.beta1,
                                        .take_1 = 1 - settings_.beta1,
                                        .keep_2 = settings_.beta2,
                                        .take_2 = 1 - settings_.beta2,
                                        .penalty = 0,
                                        .shrink = 1,
                                        .rate = step / (1 - bias1),
                                        .correction = 1 / std::sqrt(1 - bias2),
                                        .epsilon = settings_.epsilon},
                                       followed_gradient, first, second, trial);
    if (settings_.noise > 0)
      for (double& value : trial) value += step * settings_.noise * noise.normal();
    iterate.project(trial);
    const double value = iterate.evaluate(trial, gradient);
    if (!std::isfinite(value)) return iterate.finish(iteration + 1, StopReason::no_progress);
    iterate.accept(trial, gradient, value);
    if (watch.progress) watch.progress(iteration + 1, value);
  }
  return iterate.finish(settings_.iterations, StopReason::iterations);
}

}  // namespace tacit::attacks
