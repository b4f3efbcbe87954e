#include "attacks/solvers/line_search.h"

namespace tacit::attacks {

std::optional<LinePoint> projected_backtracking(Iterate& iterate, std::span<const double> direction, double first_step,
                                                const LineSearchSettings& settings) {
  const std::size_t size = direction.size();
  LinePoint trial{std::vector<double>(size), std::vector<double>(size), 0};
  double step = first_step;
  for (std::size_t tried = 0; tried < settings.evaluations; ++tried, step *= 0.5) {
    for (std::size_t i = 0; i < size; ++i) trial.x[i] = iterate.x()[i] + step * direction[i];
    iterate.project(trial.x);
    double expected = 0;  // first-order change along the step that the bounds leave
    for (std::size_t i = 0; i < size; ++i) expected += iterate.gradient()[i] * (trial.x[i] - iterate.x()[i]);
    if (!(expected < 0)) continue;
    trial.value = iterate.evaluate(trial.x, trial.gradient);
    if (trial.value <= iterate.value() + settings.decrease * expected) return trial;
  }
  return {};
}

}  // namespace tacit::attacks
