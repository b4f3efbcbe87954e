#include "attacks/landscape/gradient_landscape.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "quantum_sim/batch/batch_simulator.h"

namespace tacit::attacks {
namespace {

using std::numbers::pi;

constexpr double constant_below = 1e-10;
constexpr std::size_t lanes = 4096;

/// y at every point of the grid.
std::vector<double> outputs_on_grid(quantum_sim::BatchSimulator<double>& simulator, std::span<const double> parameters,
                                    std::span<const double> truth, std::size_t points) {
  std::size_t total = points;
  if (truth.size() == 2) total *= points;
  const double step = 2 * pi / static_cast<double>(points);
  std::vector<double> outputs(total), rows;
  for (std::size_t first = 0; first < total; first += lanes) {
    const std::size_t count = std::min(lanes, total - first);
    rows.clear();
    for (std::size_t i = first; i < first + count; ++i) {
      if (truth.size() == 2) rows.push_back(truth[0] + step * static_cast<double>(i / points));
      rows.push_back(truth.back() + step * static_cast<double>(i % points));
    }
    simulator.forward(parameters, rows, count, std::span(outputs).subspan(first, count));
  }
  return outputs;
}

/// Neighbours of a point of a periodic grid.
template <class Visit>
void for_neighbours(const GradientGrid& grid, std::size_t at, Visit visit) {
  const std::size_t n = grid.points;
  const auto next = [n](std::size_t i, int by) { return by < 0 ? (i + n - 1) % n : by > 0 ? (i + 1) % n : i; };
  if (grid.inputs == 1) {
    visit(next(at, -1));
    visit(next(at, 1));
    return;
  }
  for (int row = -1; row <= 1; ++row)
    for (int column = -1; column <= 1; ++column)
      if (row != 0 || column != 0) visit(next(at / n, row) * n + next(at % n, column));
}

}  // namespace

GradientGrid gradient_grid(const quantum_sim::Circuit& circuit, const quantum_sim::Observable& observable,
                           std::span<const double> parameters, std::size_t parameter, double target,
                           std::span<const double> truth, std::size_t points) {
  if (truth.empty() || truth.size() > 2 || truth.size() != circuit.inputs())
    fail(ErrorKind::usage, "landscapes are drawn over 1 or 2 inputs, and {} were given for a circuit of {}",
         truth.size(), circuit.inputs());
  if (points < 3) fail(ErrorKind::usage, "a landscape needs 3 points along each input, got {}", points);
  if (parameter >= parameters.size())
    fail(ErrorKind::usage, "there is no parameter {} among {}", parameter, parameters.size());
  quantum_sim::BatchSimulator<double> simulator(circuit, {observable});
  std::vector<double> theta(parameters.begin(), parameters.end());
  GradientGrid grid{points, truth.size(), outputs_on_grid(simulator, theta, truth, points)};
  theta[parameter] += pi / 2;
  const std::vector<double> up = outputs_on_grid(simulator, theta, truth, points);
  theta[parameter] -= pi;
  const std::vector<double> down = outputs_on_grid(simulator, theta, truth, points);
  for (std::size_t i = 0; i < up.size(); ++i) grid.values[i] = (grid.values[i] - target) * (up[i] - down[i]);
  return grid;
}

bool is_alive(const GradientGrid& grid) {
  const auto [low, high] = std::minmax_element(grid.values.begin(), grid.values.end());
  return *high - *low > constant_below;
}

LandscapeCount count_landscape(const GradientGrid& grid) {
  LandscapeCount count;
  if (!is_alive(grid)) return count;
  const double observed = grid.values.front();
  const auto difference = [&](std::size_t i) { return grid.values[i] - observed; };
  for (std::size_t i = 0; i < grid.values.size(); ++i) {
    const double here = std::abs(difference(i));
    bool lowest = true, crosses = here == 0;
    for_neighbours(grid, i, [&](std::size_t j) {
      // Of two equal neighbours the first counts.
      lowest &= std::abs(difference(j)) > here || (std::abs(difference(j)) == here && j > i);
      crosses |= (difference(i) < 0) != (difference(j) < 0);
    });
    if (!lowest) continue;
    ++count.minima;
    ++(crosses ? count.solutions : count.spurious);
  }
  // Along the last input, whose points are neighbours in memory.
  const double step = 2 * pi / static_cast<double>(grid.points);
  const auto at = [&](std::size_t i) { return std::abs(difference(i % grid.points)); };
  for (std::size_t i = 1; i < grid.points; ++i) {
    const std::size_t back = grid.points - i;
    if ((at(i) >= at(i - 1) && at(i) > at(i + 1)) || (at(back) >= at(back + 1) && at(back) > at(back - 1))) {
      count.spacing = step * static_cast<double>(i);
      break;
    }
  }
  return count;
}

namespace {

struct Line {
  double slope, intercept, r_squared;
};

Line fit_line(std::span<const double> x, std::span<const double> y) {
  if (x.size() < 2 || x.size() != y.size())
    fail(ErrorKind::usage, "a line needs two points or more, got {} and {} numbers", x.size(), y.size());
  double mean_x = 0, mean_y = 0, xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) mean_x += x[i], mean_y += y[i];
  mean_x /= static_cast<double>(x.size());
  mean_y /= static_cast<double>(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
  }
  const double slope = xy / xx;
  return {slope, mean_y - slope * mean_x, yy > 0 ? xy * xy / (xx * yy) : 1};
}

}  // namespace

ExponentialFit fit_exponential(std::span<const double> m, std::span<const double> values) {
  std::vector<double> logs;
  for (const double value : values) {
    if (!(value > 0)) fail(ErrorKind::usage, "an exponential is fitted to positive values, got {}", value);
    logs.push_back(std::log(value));
  }
  const Line line = fit_line(m, logs);
  return {std::exp(line.intercept), line.slope};
}

double r_squared_of_line(std::span<const double> x, std::span<const double> y) {
  return fit_line(x, y).r_squared;
}

}  // namespace tacit::attacks
