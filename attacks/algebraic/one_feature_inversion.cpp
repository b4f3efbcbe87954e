#include "attacks/algebraic/one_feature_inversion.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "attacks/algebraic/one_feature_system.h"
#include "attacks/algebraic/trigonometric_roots.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

using quantum_sim::analysis::Variable;
using std::numbers::pi;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t most_copies = 100'000;

/// A zero of all equations in t, as far as their series say.
struct Candidate {
  double t = 0;
  double residual = 0;
  bool stationary = false;  ///< found as a double root of the pivot
};

/// The equations as one least-squares problem in t.
class Equations {
 public:
  explicit Equations(const OneFeatureSystem& system) : system_(system) {
    for (const auto& residual : system.residuals) degree_ = std::max(degree_, residual.degree());
  }

  double residual(double t) const {
    const auto powers = unit_powers(t, degree_);
    double sum = 0;
    for (const auto& r : system_.residuals) {
      const double value = r.at(powers).value;
      sum += value * value;
    }
    return std::sqrt(sum) / system_.scale;
  }

  /// Gauss-Newton: exact where all equations meet, whichever of them are flat there. A start belongs to a root near it,
  /// so one that wanders off by a part of the shortest wave is given up.
  double polish(double start) const {
    const double farthest = 1 / static_cast<double>(std::max<std::size_t>(degree_, 1));
    double t = start;
    for (int step = 0; step < 30 && std::abs(t - start) <= farthest; ++step) {
      const Combination sum = combine(t);
      if (!(sum.slope > 0)) break;
      const double change = std::clamp(-sum.value / sum.slope, -farthest, farthest);
      t += change;
      if (std::abs(change) <= 1e-15) break;
    }
    return t;
  }

  /// Kantorovich for q = sum_p r_p'(t) r_p with r_p'(t) held fixed: h = |q| M / q'^2 <= 1/2, M a bound of |q''|.
  double radius(double t) const {
    const Combination sum = combine(t);
    const double value = std::abs(sum.value) + sum.rounding;
    if (!(sum.slope > 0 && value * sum.curvature_bound <= 0.5 * sum.slope * sum.slope)) return infinity;
    return 2 * value / sum.slope;
  }

 private:
  struct Combination {
    double value = 0, slope = 0, curvature_bound = 0, rounding = 0;
  };

  Combination combine(double t) const {
    const auto powers = unit_powers(t, degree_);
    Combination sum;
    for (const auto& r : system_.residuals) {
      const auto jet = r.at(powers);
      sum.value += jet.slope * jet.value;
      sum.slope += jet.slope * jet.slope;
      sum.curvature_bound += std::abs(jet.slope) * r.curvature_bound();
      sum.rounding += std::abs(jet.slope) * r.magnitude();
    }
    sum.rounding *= static_cast<double>(degree_ + 8) * std::numeric_limits<double>::epsilon();
    return sum;
  }

  const OneFeatureSystem& system_;
  std::size_t degree_ = 0;
};

std::vector<Candidate> candidates(const OneFeatureSystem& system, const std::vector<std::complex<double>>& complex,
                                  const std::vector<RealRoot>& real, const BetweenSteps& between_steps) {
  const Equations equations(system);
  std::vector<Candidate> found;
  const auto keep = [&](double t, bool stationary) {
    found.push_back({wrapped(t), equations.residual(t), stationary});
  };
  // An error in the observed gradient may lift a double root off the unit circle, so all are followed.
  for (const auto& z : complex) {
    if (between_steps) between_steps();
    keep(equations.polish(std::arg(z)), false);
    keep(stationary_point(system.residuals[system.pivot], std::arg(z)), true);
  }
  for (const RealRoot& root : real) keep(equations.polish(root.t), false);
  std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) { return a.t < b.t; });
  return found;
}

/// Of two that are one: the smaller residual; up to rounding, the one that is exact on double roots.
const Candidate& better(const Candidate& a, const Candidate& b) {
  constexpr double rounding = 1e-14;
  if (a.stationary != b.stationary && std::abs(a.residual - b.residual) <= rounding) return a.stationary ? a : b;
  return a.residual <= b.residual ? a : b;
}

std::vector<Candidate> distinct(const OneFeatureSystem& system, const std::vector<Candidate>& found, double tolerance) {
  const Equations equations(system);
  const auto same = [&](double a, double b) { return equations.residual(0.5 * (a + b)) <= tolerance; };
  std::vector<Candidate> kept;
  double last = 0;  // of the group that the last kept one stands for
  for (const Candidate& candidate : found) {
    if (candidate.residual > tolerance) continue;
    if (!kept.empty() && same(last, candidate.t)) {
      kept.back() = better(kept.back(), candidate);
    } else {
      kept.push_back(candidate);
    }
    last = candidate.t;
  }
  if (kept.size() > 1 && same(last - 2 * pi, kept.front().t)) {
    kept.front() = better(kept.front(), kept.back());
    kept.pop_back();
  }
  return kept;
}

/// The inputs within the bounds that a t in [0, 2 pi) stands for.
std::vector<double> inputs_of(const OneFeatureSystem& system, double t, const std::optional<Bounds>& bounds) {
  const bool arccos = system.variable == Variable::arccos;
  const double period = 2 * pi / system.base;
  const Bounds range = arccos ? Bounds{0, pi} : bounds.value_or(Bounds{0, period});
  const double slack = 1e-9 * std::max(range.width(), 1.0);
  const double copies = (range.width() + 2 * slack) / period;
  if (!(copies <= static_cast<double>(most_copies)))
    fail(ErrorKind::configuration, "the bounds of the feature hold {:.0f} periods, more than the {} allowed", copies,
         most_copies);
  std::vector<double> inputs;
  const double first = t / system.base;
  for (double n = std::ceil((range.low - slack - first) / period); first + n * period <= range.high + slack; ++n) {
    const double u = first + n * period;
    if (!bounds && !arccos && !inputs.empty()) break;  // the ends of one period are the same point
    const double input = arccos ? std::cos(u) : u;
    if (!arccos || !bounds || (input >= bounds->low - slack && input <= bounds->high + slack)) inputs.push_back(input);
  }
  return inputs;
}

void check(std::span<const double> gradient, const AlgebraicOptions& options) {
  if (!(options.tolerance > 0 && std::isfinite(options.tolerance)))
    fail(ErrorKind::usage, "the tolerance of the algebraic inversion is {}, expected a positive number",
         options.tolerance);
  if (options.bounds && !(std::isfinite(options.bounds->width()) && options.bounds->width() >= 0))
    fail(ErrorKind::usage, "the bounds of the feature are [{}, {}], expected a finite interval", options.bounds->low,
         options.bounds->high);
  const auto bad = std::find_if(gradient.begin(), gradient.end(), [](double value) { return !std::isfinite(value); });
  if (bad != gradient.end())
    fail(ErrorKind::data, "component {} of the gradient is {}: there is nothing to invert", bad - gradient.begin(),
         *bad);
  if (std::all_of(gradient.begin(), gradient.end(), [](double value) { return value == 0; }))
    fail(ErrorKind::data, "the gradient is zero everywhere: there is nothing to invert");
}

/// What the model itself says of an input, without any series.
class Judge {
 public:
  Judge(const models::Model<double>& model, std::span<const double> theta, std::span<const double> targets,
        std::span<const double> gradient, double scale)
      : theta_(theta), targets_(targets), gradient_(gradient), scale_(scale), evaluation_(model), at_(theta.size()) {}

  double residual(double input) {
    evaluation_.gradient(theta_, {std::span(&input, 1), targets_, 1}, {.theta = at_, .inputs = {}, .targets = {}});
    double sum = 0;
    for (std::size_t p = 0; p < at_.size(); ++p) sum += (at_[p] - gradient_[p]) * (at_[p] - gradient_[p]);
    return std::sqrt(sum) / scale_;
  }

 private:
  std::span<const double> theta_, targets_, gradient_;
  double scale_;
  models::Evaluation<double> evaluation_;
  std::vector<double> at_;
};

}  // namespace

AlgebraicInversion invert_one_feature(const models::Model<double>& model, std::span<const double> theta,
                                      std::span<const double> targets, std::span<const double> gradient,
                                      const AlgebraicOptions& options) {
  check(gradient, options);
  const OneFeatureSystem system = one_feature_system(model, theta, targets, gradient, options.max_degree);
  const TrigonometricPolynomial& pivot = system.residuals[system.pivot];
  const auto complex = complex_roots(pivot, options.between_steps);
  const auto real = real_roots(pivot, complex, options.between_steps);
  const auto found = candidates(system, complex, real, options.between_steps);
  const auto kept = distinct(system, found, options.tolerance);

  AlgebraicInversion result;
  result.equations = system.residuals.size();
  result.degree = system.degree;
  result.pivot_degree = pivot.degree();
  result.complex_roots = complex.size();
  result.real_roots = real.size();
  result.period_solutions = kept.size();
  result.base = system.base;
  result.evaluations = system.evaluations;
  result.closest.residual = infinity;

  const Equations equations(system);
  Judge judge(model, theta, targets, gradient, system.scale);
  const auto judged = [&](const Candidate& candidate, auto use) {
    if (options.between_steps) options.between_steps();
    for (const double input : inputs_of(system, candidate.t, options.bounds)) {
      const AlgebraicSolution solution{input, judge.residual(input), equations.radius(candidate.t)};
      ++result.evaluations;
      if (solution.residual < result.closest.residual) result.closest = solution;
      use(solution);
    }
  };
  for (const Candidate& candidate : kept)
    judged(candidate, [&](const AlgebraicSolution& solution) {
      if (solution.residual <= options.tolerance) result.solutions.push_back(solution);
    });
  if (result.solutions.empty())
    for (const Candidate& candidate : found) judged(candidate, [](const AlgebraicSolution&) {});
  if (std::isinf(result.closest.residual)) {  // no candidate lies within the bounds
    const double middle = options.bounds.value_or(Bounds{0, 0}).middle();
    result.closest = {middle, judge.residual(middle), infinity};
  }
  std::sort(result.solutions.begin(), result.solutions.end(),
            [](const AlgebraicSolution& a, const AlgebraicSolution& b) { return a.input < b.input; });
  return result;
}

}  // namespace tacit::attacks
