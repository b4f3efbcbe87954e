#include "attacks/score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "attacks/metrics/assignment.h"
#include "attacks/metrics/circular_distance.h"
#include "attacks/metrics/image_error.h"
#include "attacks/metrics/label_accuracy.h"
#include "attacks/metrics/registered_psnr.h"
#include "attacks/metrics/ssim.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

using Row = std::span<const double>;

double error_of(Row a, Row b, bool angles) {
  const double error = angles ? mean_squared_circular_distance(a, b) : mean_squared_error(a, b);
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

std::vector<double> copy_of(Row a) {
  return {a.begin(), a.end()};
}

/// Angles as their representatives nearest to the true ones: an image of angles must not show jumps of a full turn.
std::vector<double> unwrapped(Row angles, Row truth) {
  std::vector<double> result(angles.size());
  for (std::size_t i = 0; i < angles.size(); ++i)
    result[i] = truth[i] + std::remainder(angles[i] - truth[i], 2 * std::numbers::pi);
  return result;
}

double largest_error_of(Row a, Row b, bool angles) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double error = angles ? circular_distance(a[i], b[i]) : std::abs(a[i] - b[i]);
    if (std::isnan(error)) return std::numeric_limits<double>::infinity();
    largest = std::max(largest, error);
  }
  return largest;
}

/// Pairs (truth, reconstruction) of the least total error, by true example.
std::vector<std::pair<std::size_t, std::size_t>> match(std::span<const double> cost, std::size_t truths,
                                                       std::size_t reconstructions) {
  // The assignment wants finite costs; a diverged reconstruction costs more than any other pairing could save.
  double largest = 0;
  for (const double value : cost) {
    if (std::isfinite(value)) largest = std::max(largest, value);
  }
  const double surely_worse = (largest + 1) * static_cast<double>(truths + reconstructions);
  const bool by_truth = truths <= reconstructions;
  const std::size_t rows = std::min(truths, reconstructions), columns = std::max(truths, reconstructions);
  std::vector<double> oriented(cost.size());
  for (std::size_t t = 0; t < truths; ++t) {
    for (std::size_t r = 0; r < reconstructions; ++r) {
      const double value = cost[t * reconstructions + r];
      oriented[by_truth ? t * columns + r : r * columns + t] = std::isfinite(value) ? value : surely_worse;
    }
  }
  const std::vector<std::size_t> column_of = optimal_assignment(oriented, rows, columns);
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t row = 0; row < rows; ++row) {
    pairs.emplace_back(by_truth ? row : column_of[row], by_truth ? column_of[row] : row);
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

/// Mean and best of a measure over the examples that have it and did not diverge.
struct MeanAndBest {
  std::optional<double> mean, best;
};

MeanAndBest decibels_of(const Score& score, std::optional<double> ExampleScore::*measure) {
  std::vector<double> values;
  for (const ExampleScore& example : score.examples)
    if (const auto value = example.*measure; value && std::isfinite(example.mse)) values.push_back(*value);
  if (values.empty()) return {};
  return {mean_psnr(values), *std::max_element(values.begin(), values.end())};
}

void summarise(Score& score) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  score.best_mse = infinity;
  double ssim_sum = 0;
  std::size_t ssims = 0;
  for (const ExampleScore& example : score.examples) {
    if (!std::isfinite(example.mse)) ++score.diverged;
    score.best_mse = std::min(score.best_mse, example.mse);
    if (std::isfinite(example.mse)) score.mean_mse += example.mse;
    if (example.ssim) {
      ssim_sum += *example.ssim, ++ssims;
      score.best_ssim = std::max(score.best_ssim.value_or(-1), *example.ssim);
    }
  }
  const std::size_t finite = score.examples.size() - score.diverged;
  score.mean_mse = finite > 0 ? score.mean_mse / static_cast<double>(finite) : infinity;
  if (ssims > 0) score.mean_ssim = ssim_sum / static_cast<double>(ssims);
  const MeanAndBest plain = decibels_of(score, &ExampleScore::psnr);
  const MeanAndBest registered = decibels_of(score, &ExampleScore::registered_psnr);
  score.mean_psnr = plain.mean, score.best_psnr = plain.best;
  score.mean_registered_psnr = registered.mean, score.best_registered_psnr = registered.best;
}

}  // namespace

Score score(std::span<const double> reconstructions, std::span<const std::int32_t> labels, const GroundTruth& truth,
            const Features& features) {
  const std::size_t size = features.size();
  if (size == 0 || reconstructions.empty() || truth.inputs.empty() || reconstructions.size() % size != 0 ||
      truth.inputs.size() % size != 0) {
    fail(ErrorKind::usage, "cannot score {} reconstructed against {} true numbers in examples of {}",
         reconstructions.size(), truth.inputs.size(), size);
  }
  const std::size_t truths = truth.inputs.size() / size, count = reconstructions.size() / size;
  const auto true_row = [&](std::size_t i) { return Row(truth.inputs).subspan(i * size, size); };
  const auto row = [&](std::size_t i) { return reconstructions.subspan(i * size, size); };
  std::vector<double> cost(truths * count);
  for (std::size_t t = 0; t < truths; ++t) {
    for (std::size_t r = 0; r < count; ++r) cost[t * count + r] = error_of(row(r), true_row(t), features.angles);
  }
  Score result;
  for (const auto& [t, r] : match(cost, truths, count)) {
    ExampleScore example{t, r, cost[t * count + r], {}, {}, {}, largest_error_of(row(r), true_row(t), features.angles)};
    if (features.bounds) {
      const std::vector<double> shown = features.angles ? unwrapped(row(r), true_row(t)) : copy_of(row(r));
      example.psnr = psnr(example.mse, features.bounds->width());
      const double range = features.bounds->width();
      if (std::isfinite(example.mse)) example.ssim = ssim(shown, true_row(t), features.shape, range);
      if (const auto found = registered_psnr(shown, true_row(t), features.shape, range))
        example.registered_psnr = found->psnr;
    }
    result.examples.push_back(example);
  }
  summarise(result);
  result.label_accuracy = label_accuracy(labels, truth.labels);
  return result;
}

Score score(const AttackResult& result, const GroundTruth& truth, const Features& features) {
  return score(result.inputs, result.labels, truth, features);
}

std::string_view to_string(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::recovered:
      return "recovered";
    case Outcome::close:
      return "close";
    case Outcome::ambiguous:
      return "ambiguous";
    case Outcome::stuck:
      return "stuck";
  }
  return "unknown";
}

Outcome outcome_of(double largest_error, double distance, double zero_distance, const OutcomeThresholds& thresholds) {
  if (largest_error <= thresholds.recovered_within) return Outcome::recovered;
  if (largest_error <= thresholds.close_within) return Outcome::close;
  return distance <= thresholds.fit * zero_distance ? Outcome::ambiguous : Outcome::stuck;
}

}  // namespace tacit::attacks
