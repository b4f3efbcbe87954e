#include "attacks/score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "attacks/metrics/assignment.h"
#include "attacks/metrics/circular_distance.h"
#include "attacks/metrics/image_error.h"
#include "attacks/metrics/label_accuracy.h"
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

/// Mean and best over examples that all have the measure.
void summarise(Score& score) {
  std::vector<double> psnrs, ssims;
  score.best_mse = std::numeric_limits<double>::infinity();
  for (const ExampleScore& example : score.examples) {
    score.mean_mse += example.mse / static_cast<double>(score.examples.size());
    score.best_mse = std::min(score.best_mse, example.mse);
    if (example.psnr) psnrs.push_back(*example.psnr);
    if (example.ssim) ssims.push_back(*example.ssim);
  }
  if (!psnrs.empty()) {
    score.mean_psnr = mean_psnr(psnrs);
    score.best_psnr = *std::max_element(psnrs.begin(), psnrs.end());
  }
  if (!ssims.empty()) {
    score.mean_ssim = 0;
    for (const double value : ssims) *score.mean_ssim += value / static_cast<double>(ssims.size());
    score.best_ssim = *std::max_element(ssims.begin(), ssims.end());
  }
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
    ExampleScore example{t, r, cost[t * count + r], {}, {}, largest_error_of(row(r), true_row(t), features.angles)};
    if (features.bounds) {
      const std::vector<double> shown = features.angles ? unwrapped(row(r), true_row(t)) : copy_of(row(r));
      example.psnr = psnr(example.mse, features.bounds->width());
      example.ssim = ssim(shown, true_row(t), features.shape, features.bounds->width());
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
