#include "attacks/solvers/cma_es.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "attacks/solvers/iterate.h"
#include "attacks/solvers/noise_from_start.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t most_variables = 2000;

/// The numbers that stay, in the tutorial's notation (Table 1).
struct Constants {
  std::size_t lambda, mu;
  VectorXd weights;  ///< [mu], falling, summing to 1
  double mu_eff, c_sigma, d_sigma, c_c, c_1, c_mu, chi;

  Constants(std::size_t variables, std::size_t population)
      : lambda(population), mu(population / 2), weights(static_cast<Eigen::Index>(mu)) {
    const auto n = static_cast<double>(variables);
    for (std::size_t i = 0; i < mu; ++i)
      weights[static_cast<Eigen::Index>(i)] =
          std::log((static_cast<double>(lambda) + 1) / 2) - std::log(static_cast<double>(i) + 1);
    weights /= weights.sum();
    mu_eff = 1 / weights.squaredNorm();
    c_sigma = (mu_eff + 2) / (n + mu_eff + 5);
    d_sigma = 1 + 2 * std::max(0.0, std::sqrt((mu_eff - 1) / (n + 1)) - 1) + c_sigma;
    c_c = (4 + mu_eff / n) / (n + 4 + 2 * mu_eff / n);
    c_1 = 2 / ((n + 1.3) * (n + 1.3) + mu_eff);
    c_mu = std::min(1 - c_1, 2 * (mu_eff - 2 + 1 / mu_eff) / ((n + 2) * (n + 2) + mu_eff));
    chi = std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
  }
};

/// Mean, step and shape of the distribution that samples come from.
class Distribution {
 public:
  Distribution(std::span<const double> start, double step, const Constants& constants)
      : constants_(constants),
        mean_(Eigen::Map<const VectorXd>(start.data(), static_cast<Eigen::Index>(start.size()))),
        sigma_(step),
        path_sigma_(VectorXd::Zero(mean_.size())),
        path_c_(path_sigma_),
        covariance_(MatrixXd::Identity(mean_.size(), mean_.size())),
        axes_(covariance_),
        lengths_(VectorXd::Ones(mean_.size())) {}

  VectorXd sample(RandomStream& random) const {
    VectorXd z(mean_.size());
    for (double& value : z) value = random.normal();
    return mean_ + sigma_ * (axes_ * lengths_.cwiseProduct(z));
  }
  double deviation() const { return sigma_ * lengths_.maxCoeff(); }

  /// The best mu samples of a generation, best first (Eqs. 41 to 47 of the tutorial).
  void move(const std::vector<VectorXd>& best, std::size_t generation) {
    const VectorXd before = mean_;
    VectorXd step = VectorXd::Zero(mean_.size());
    for (std::size_t i = 0; i < best.size(); ++i) step += weight(i) * (best[i] - before) / sigma_;
    mean_ += sigma_ * step;
    const Constants& c = constants_;
    const VectorXd white = axes_ * (axes_.transpose() * step).cwiseQuotient(lengths_);
    path_sigma_ = (1 - c.c_sigma) * path_sigma_ + std::sqrt(c.c_sigma * (2 - c.c_sigma) * c.mu_eff) * white;
    const double length = path_sigma_.norm();
    const auto n = static_cast<double>(mean_.size());
    const bool calm = length / std::sqrt(1 - std::pow(1 - c.c_sigma, 2 * (static_cast<double>(generation) + 1))) <
                      (1.4 + 2 / (n + 1)) * c.chi;
    path_c_ = (1 - c.c_c) * path_c_ + (calm ? std::sqrt(c.c_c * (2 - c.c_c) * c.mu_eff) : 0) * step;
    covariance_ *= 1 - c.c_1 - c.c_mu + (calm ? 0 : c.c_1 * c.c_c * (2 - c.c_c));
    covariance_ += c.c_1 * path_c_ * path_c_.transpose();
    for (std::size_t i = 0; i < best.size(); ++i) {
      const VectorXd y = (best[i] - before) / sigma_;
      covariance_ += c.c_mu * weight(i) * y * y.transpose();
    }
    sigma_ *= std::exp(c.c_sigma / c.d_sigma * (length / c.chi - 1));
    // The shape changes little between times, and its axes cost the most.
    const auto wait = static_cast<std::size_t>(1 / ((c.c_1 + c.c_mu) * n * 10));
    if (generation % std::max<std::size_t>(1, wait) == 0) find_axes();
  }

 private:
  double weight(std::size_t i) const { return constants_.weights[static_cast<Eigen::Index>(i)]; }
  void find_axes() {
    const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(covariance_);
    axes_ = solver.eigenvectors();
    lengths_ = solver.eigenvalues().cwiseMax(1e-28).cwiseSqrt();
  }

  const Constants& constants_;
  VectorXd mean_;
  double sigma_;
  VectorXd path_sigma_, path_c_;
  MatrixXd covariance_, axes_;
  VectorXd lengths_;
};

}  // namespace

std::unique_ptr<const Solver> CmaEs::make(ConfigTable section) {
  CmaEsSettings settings;
  settings.iterations = static_cast<std::size_t>(section.integer("iterations", {1, 10'000'000}));
  settings.population = static_cast<std::size_t>(section.integer("population", {0, 100'000}, 0));
  if (settings.population > 0 && settings.population < 4) section.refuse("population", "expected 0 or 4 at least");
  settings.step = section.number("step", {1e-12, 1e6}, settings.step);
  settings.target = section.number("target", {0, 1e300}, settings.target);
  return std::make_unique<const CmaEs>(settings);
}

Minimum CmaEs::minimize(const MinimizationProblem& problem, std::span<const double> start,
                        const SolverWatch& watch) const {
  if (start.size() > most_variables)
    fail(ErrorKind::configuration, "solver 'cma_es' takes {} variables at most, the attack has {}", most_variables,
         start.size());
  Iterate iterate(problem, start);
  RandomStream random = noise_from_start(start);
  const std::size_t usual = 4 + static_cast<std::size_t>(3 * std::log(static_cast<double>(start.size())));
  const Constants constants(start.size(), settings_.population > 0 ? settings_.population : usual);
  Distribution distribution(iterate.x(), settings_.step, constants);
  std::vector<VectorXd> samples(constants.lambda);
  std::vector<double> values(constants.lambda), gradient(start.size());
  std::vector<std::size_t> order(constants.lambda);
  for (std::size_t generation = 0; generation < settings_.iterations; ++generation) {
    if (iterate.value() <= settings_.target) return iterate.finish(generation, StopReason::target_reached);
    if (watch.should_stop && watch.should_stop()) return iterate.finish(generation, StopReason::asked_to_stop);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      samples[i] = distribution.sample(random);
      const std::span<double> x(samples[i].data(), start.size());
      iterate.project(x);
      values[i] = iterate.evaluate(x, gradient);
      if (values[i] < iterate.value()) iterate.accept(x, gradient, values[i]);
    }
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<VectorXd> best;
    for (std::size_t i = 0; i < constants.mu; ++i) best.push_back(samples[order[i]]);
    distribution.move(best, generation);
    if (watch.progress) watch.progress(generation + 1, iterate.value());
    if (!(distribution.deviation() > 1e-12 * settings_.step))
      return iterate.finish(generation + 1, StopReason::converged);
  }
  return iterate.finish(settings_.iterations, StopReason::iterations);
}

}  // namespace tacit::attacks
