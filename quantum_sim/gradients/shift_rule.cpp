#include "quantum_sim/gradients/shift_rule.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

using std::numbers::pi;

// Of a set that is not equidistant: a dense linear system is solved.
constexpr std::size_t most_frequencies = 512;

bool is_equidistant(const FrequencySet& set) {
  return set.commensurable && set.degree == set.frequencies.size() - 1;
}

std::span<const double> positive_frequencies(const FrequencySet& set) {
  if (!set.listed || (set.frequencies.size() > most_frequencies + 1 && !is_equidistant(set)))
    fail(ErrorKind::usage,
         "a shift rule takes at most {} frequencies that are not equidistant; this parameter has more",
         most_frequencies);
  return std::span(set.frequencies).subspan(1);
}

// Places among which a rule may choose. For multiples of a base: those of the closed form, fine enough for the highest.
std::vector<double> candidates(const FrequencySet& set, std::span<const double> positive, double first) {
  std::size_t count = set.degree;
  double range = set.commensurable ? pi / set.base : 0;
  if (!set.commensurable || set.degree > 16 * most_frequencies) {
    double spacing = positive[0];
    for (std::size_t l = 1; l < positive.size(); ++l) spacing = std::min(spacing, positive[l] - positive[l - 1]);
    count = 16 * positive.size();
    range = pi / spacing;
  }
  std::vector<double> places;
  for (std::size_t c = 0; c < count; ++c)
    places.push_back((static_cast<double>(c) + first) * range / static_cast<double>(count));
  return places;
}

struct Solution {
  std::vector<double> places, weights;
  double condition;
};

// R places x of the candidates and weights y with sum_m y_m basis(w_l, x_m) = target(w_l) for all l.
template <class Basis, class Target>
Solution solve(std::span<const double> frequencies, const std::vector<double>& places, Basis basis, Target target) {
  const auto rows = static_cast<Eigen::Index>(frequencies.size()), columns = static_cast<Eigen::Index>(places.size());
  Eigen::MatrixXd matrix(rows, columns);
  Eigen::VectorXd right(rows);
  for (Eigen::Index l = 0; l < rows; ++l) {
    const double frequency = frequencies[static_cast<std::size_t>(l)];
    right(l) = target(frequency);
    for (Eigen::Index m = 0; m < columns; ++m) matrix(l, m) = basis(frequency, places[static_cast<std::size_t>(m)]);
  }
  // Pivoting puts R columns in front that are as independent as they come.
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> choice(matrix);
  Eigen::MatrixXd chosen(rows, rows);
  Solution solution;
  for (Eigen::Index m = 0; m < rows; ++m) {
    const Eigen::Index column = choice.colsPermutation().indices()(m);
    chosen.col(m) = matrix.col(column);
    solution.places.push_back(places[static_cast<std::size_t>(column)]);
  }
  const Eigen::BDCSVD<Eigen::MatrixXd> decomposed(chosen, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Eigen::VectorXd weights = decomposed.solve(right);
  solution.weights.assign(weights.begin(), weights.end());
  solution.condition = decomposed.singularValues()(0) / decomposed.singularValues()(rows - 1);
  return solution;
}

ShiftRule equidistant_first(double base, std::size_t count) {
  ShiftRule rule;
  const auto r = static_cast<double>(count);
  for (std::size_t m = 1; m <= count; ++m) {
    const double x = (2 * static_cast<double>(m) - 1) * pi / (2 * r), sine = std::sin(x / 2);
    const double coefficient = (m % 2 == 1 ? base : -base) / (4 * r * sine * sine);
    // The term of 2R + 1 - m is that of m at -x, with the other sign.
    rule.shifts.insert(rule.shifts.end(), {x / base, -x / base});
    rule.coefficients.insert(rule.coefficients.end(), {coefficient, -coefficient});
  }
  return rule;
}

ShiftRule equidistant_second(double base, std::size_t count) {
  const auto r = static_cast<double>(count);
  const double square = base * base;
  ShiftRule rule{{0}, {-square * (2 * r * r + 1) / 6}};
  for (std::size_t m = 1; m < 2 * count; ++m) {
    const double x = static_cast<double>(m) * pi / r, sine = std::sin(x / 2);
    // Beyond half a turn the same point is nearer on the other side.
    rule.shifts.push_back((m > count ? x - 2 * pi : x) / base);
    rule.coefficients.push_back((m % 2 == 1 ? square : -square) / (2 * sine * sine));
  }
  return rule;
}

}  // namespace

ShiftRule first_derivative_rule(const FrequencySet& frequencies) {
  const std::span<const double> positive = positive_frequencies(frequencies);
  if (positive.empty()) return {};
  if (is_equidistant(frequencies)) return equidistant_first(frequencies.base, positive.size());
  const Solution solution = solve(
      positive, candidates(frequencies, positive, 0.5), [](double w, double x) { return std::sin(w * x); },
      [](double w) { return w; });
  ShiftRule rule{{}, {}, solution.condition};
  for (std::size_t m = 0; m < positive.size(); ++m) {
    const double x = solution.places[m], half = solution.weights[m] / 2;
    rule.shifts.insert(rule.shifts.end(), {x, -x});
    rule.coefficients.insert(rule.coefficients.end(), {half, -half});
  }
  return rule;
}

ShiftRule second_derivative_rule(const FrequencySet& frequencies) {
  const std::span<const double> positive = positive_frequencies(frequencies);
  if (positive.empty()) return {};
  if (is_equidistant(frequencies)) return equidistant_second(frequencies.base, positive.size());
  const Solution solution = solve(
      positive, candidates(frequencies, positive, 1), [](double w, double x) { return std::cos(w * x) - 1; },
      [](double w) { return -w * w; });
  ShiftRule rule{{0}, {0}, solution.condition};
  for (std::size_t m = 0; m < positive.size(); ++m) {
    const double x = solution.places[m], half = solution.weights[m] / 2;
    rule.shifts.insert(rule.shifts.end(), {x, -x});
    rule.coefficients.insert(rule.coefficients.end(), {half, half});
    rule.coefficients[0] -= solution.weights[m];
  }
  return rule;
}

}  // namespace tacit::quantum_sim
