#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/random.h"
#include "evaluation/colour_pictures.h"
#include "evaluation/exchange.h"
#include "evaluation/inference/one_run_audit.h"
#include "evaluation/reproduce/papers.h"
#include "evaluation/sample_mean.h"
#include "evaluation/trials.h"
#include "privacy/auditing/gaussian_privacy.h"

namespace tacit::evaluation {
namespace {

constexpr double delta = 1e-5, alpha = 0.05;
constexpr const char* note =
    "The paper shows its bounds as curves, of which no figure was read; the claim beside ours is the Gaussian "
    "mechanism's exact epsilon at delta 1e-5. One release: the sum of updates clipped to 1 plus normal noise. Each "
    "canary is in by a fair coin; confidence 95 % over the numbers of guesses that are tried.";

/// What the canaries of one release are, and what the auditor knows of them.
class Canaries {
 public:
  virtual ~Canaries() = default;
  virtual std::size_t count() const = 0;
  /// One score a canary, of one noisy sum of those that are in.
  virtual std::vector<double> scores(std::span<const char> members, double noise, RandomStream& random) const = 0;
};

/// Each moves a coordinate of its own by 1: the paper's strongest canary, against which nothing else interferes.
class Dirac final : public Canaries {
 public:
  explicit Dirac(std::size_t count) : count_(count) {}
  std::size_t count() const override { return count_; }
  std::vector<double> scores(std::span<const char> members, double noise, RandomStream& random) const override {
    std::vector<double> result(count_);
    for (std::size_t k = 0; k < count_; ++k) result[k] = (members[k] != 0 ? 1 : 0) + noise * random.normal();
    return result;
  }

 private:
  std::size_t count_;
};

/// Clients of one digit each, their updates by their own code and off the wire; the score is the inner product with the
/// canary's update.
class Clients final : public Canaries {
 public:
  Clients(const datasets::Dataset& digits, std::size_t count, std::uint64_t seed) {
    const Exchange exchange(
        {"[[layers]]\ntype = \"linear\"\noutputs = 32\n[[layers]]\ntype = \"tanh\"\n[[layers]]\ntype "
         "= \"linear\"\noutputs = 10\n",
         "algorithm = \"fedsgd\"\nbatch_size = 1\nlearning_rate = 1.0\n", "clip_norm = 1.0\n", digits.feature_shape,
         digits.classes});
    const Parameters start = exchange.initial(seed);
    for (std::size_t k = 0; k < count; ++k)
      updates_.push_back(exchange.observe(start, digits.subset(std::array{k * digits.size() / count})).update());
  }
  std::size_t count() const override { return updates_.size(); }
  std::vector<double> scores(std::span<const char> members, double noise, RandomStream& random) const override {
    std::vector<double> sum(updates_[0].size());
    for (double& value : sum) value = noise * random.normal();
    for (std::size_t k = 0; k < updates_.size(); ++k)
      for (std::size_t i = 0; members[k] != 0 && i < sum.size(); ++i) sum[i] += static_cast<double>(updates_[k][i]);
    std::vector<double> result(updates_.size());
    for (std::size_t k = 0; k < updates_.size(); ++k)
      for (std::size_t i = 0; i < sum.size(); ++i) result[k] += sum[i] * static_cast<double>(updates_[k][i]);
    return result;
  }

 private:
  std::vector<std::vector<float>> updates_;
};

double bound_of_one_run(const Canaries& canaries, double noise, std::uint64_t run, std::uint64_t seed) {
  RandomStream coins({seed, Purpose::data_split, 6, static_cast<std::uint32_t>(run)});
  RandomStream random({seed, Purpose::audited_noise, 6, static_cast<std::uint32_t>(run)});
  std::vector<char> members(canaries.count());
  for (char& member : members) member = static_cast<char>(coins.below(2));
  const std::vector<double> scores = canaries.scores(members, noise, random);
  return one_run_bound(scores, members, delta, alpha).epsilon;
}

}  // namespace

std::vector<ReproducedRow> reproduce_steinke(const ReproductionControl& control) {
  const auto runs = control.pick<std::size_t>(2, 10, 200);
  const datasets::Dataset digits =
      datasets::load(ConfigTable::parse_text("source = \"digits\"", "the digits"), control.seed).train;
  const Dirac few(control.pick<std::size_t>(50, 1000, 1000)), many(control.pick<std::size_t>(100, 5'000, 10'000));
  const Clients clients(digits, control.pick<std::size_t>(10, 200, 200), control.seed);
  const struct {
    const char* what;
    const Canaries& canaries;
  } kinds[] = {{"Dirac", few}, {"Dirac", many}, {"clients of one digit", clients}};
  const double claims[] = {1, 2, 4, 8, 16};
  std::vector<ReproducedRow> rows;
  const double step = 1.0 / static_cast<double>(std::size(kinds) * std::size(claims));
  double done = 0;
  for (const auto& [what, canaries] : kinds)
    for (const double claim : claims) {
      // The noise whose epsilon is the claim: gaussian_epsilon grows with 1 / noise.
      double low = 1e-3, high = 1e3;
      for (int i = 0; i < 100; ++i) {
        const double middle = std::sqrt(low * high);
        (privacy::gaussian_epsilon(1 / middle, delta) > claim ? low : high) = middle;
      }
      std::vector<double> bounds(runs);
      run_trials(
          runs, control, [&](std::size_t run) { bounds[run] = bound_of_one_run(canaries, high, run, control.seed); },
          done, done + step);
      done += step;
      std::size_t above = 0;
      for (const double bound : bounds) above += bound > claim ? 1u : 0u;
      const SampleMean mean = sample_mean(bounds);
      const std::string setting = fmt::format("{}, {} canaries, epsilon {}", what, canaries.count(), claim);
      rows.push_back({"one run",
                      setting,
                      fmt::format("epsilon shown, mean of {} runs", runs),
                      {},
                      mean.mean,
                      mean.low,
                      mean.high,
                      note});
      rows.push_back({"one run",
                      setting,
                      "runs that show more than the claim, %",
                      {},
                      100.0 * static_cast<double>(above) / static_cast<double>(runs),
                      {},
                      {},
                      "Control: at most 5 % may, by chance."});
    }
  return rows;
}

}  // namespace tacit::evaluation
