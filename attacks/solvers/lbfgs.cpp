#include "attacks/solvers/lbfgs.h"

#include <cmath>

#include "attacks/solvers/inverse_hessian.h"
#include "attacks/solvers/iterate.h"

namespace tacit::attacks {
namespace {

std::vector<double> descent_direction(const Iterate& iterate, const InverseHessian& inverse_hessian) {
  std::vector<double> direction = iterate.gradient();
  const auto hold_pinned = [&] {
    for (std::size_t i = 0; i < direction.size(); ++i) {
      if (iterate.is_pinned(i)) direction[i] = 0;
    }
  };
  hold_pinned();
  inverse_hessian.multiply(direction);
  hold_pinned();
  for (double& value : direction) value = -value;
  return direction;
}

double norm(std::span<const double> x) {
  double sum = 0;
  for (const double value : x) sum += value * value;
  return std::sqrt(sum);
}

std::vector<double> difference(std::span<const double> after, std::span<const double> before) {
  std::vector<double> result(after.size());
  for (std::size_t i = 0; i < after.size(); ++i) result[i] = after[i] - before[i];
  return result;
}

}  // namespace

std::unique_ptr<const Solver> Lbfgs::make(ConfigTable section) {
  LbfgsSettings settings;
  settings.iterations = static_cast<std::size_t>(section.integer("iterations", {1, 10'000'000}));
  settings.history = static_cast<std::size_t>(section.integer("history", {1, 1000}, 20));
  settings.first_step = section.number("first_step", {1e-12, 1e6}, settings.first_step);
  settings.gradient_tolerance = section.number("gradient_tolerance", {0, 1}, settings.gradient_tolerance);
  settings.progress_tolerance = section.number("progress_tolerance", {0, 1}, settings.progress_tolerance);
  settings.patience = static_cast<std::size_t>(section.integer("patience", {1, 1'000'000}, 5));
  settings.target = section.number("target", {0, 1e300}, settings.target);
  return std::make_unique<const Lbfgs>(settings);
}

Minimum Lbfgs::minimize(const MinimizationProblem& problem, std::span<const double> start,
                        const SolverWatch& watch) const {
  Iterate iterate(problem, start);
  InverseHessian inverse_hessian(settings_.history);
  const auto search = iterate.bounded() ? &projected_backtracking : &strong_wolfe;
  const double first_gradient = iterate.projected_gradient_norm();
  std::size_t without_progress = 0;
  for (std::size_t iteration = 0; iteration < settings_.iterations; ++iteration) {
    if (iterate.value() <= settings_.target) return iterate.finish(iteration, StopReason::target_reached);
    if (iterate.projected_gradient_norm() <= settings_.gradient_tolerance * first_gradient) {
      return iterate.finish(iteration, StopReason::converged);
    }
    if (watch.should_stop && watch.should_stop()) return iterate.finish(iteration, StopReason::asked_to_stop);

    std::optional<LinePoint> next;
    while (!next) {
      const bool steepest = inverse_hessian.empty();
      const std::vector<double> direction = descent_direction(iterate, inverse_hessian);
      next = search(iterate, direction, steepest ? settings_.first_step / norm(direction) : 1.0, settings_.line_search);
      if (!next && steepest) return iterate.finish(iteration, StopReason::no_progress);
      if (!next) inverse_hessian.clear();
    }
    const double decrease = iterate.value() - next->value;
    without_progress = decrease <= settings_.progress_tolerance * std::abs(iterate.value()) ? without_progress + 1 : 0;
    inverse_hessian.update(difference(next->x, iterate.x()), difference(next->gradient, iterate.gradient()));
    iterate.accept(next->x, next->gradient, next->value);
    if (watch.progress) watch.progress(iteration + 1, iterate.value());
    if (without_progress >= settings_.patience) return iterate.finish(iteration + 1, StopReason::no_progress);
  }
  return iterate.finish(settings_.iterations, StopReason::iterations);
}

}  // namespace tacit::attacks
