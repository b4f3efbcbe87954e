#include "simulation/fairness.h"

#include <algorithm>
#include <vector>

#include "core/error.h"

namespace tacit::simulation {
namespace {

/// The mean of `count` values from `first` on.
double mean_from(std::vector<double>::const_iterator first, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i, ++first) sum += *first;
  return sum / static_cast<double>(count);
}

void add_spread(Fairness& figures, std::span<const ClientEvaluation* const> counted) {
  for (const ClientEvaluation* one : counted) {
    const double from_mean = one->accuracy - figures.mean, from_weighted = one->accuracy - figures.weighted_mean;
    figures.variance += from_mean * from_mean / static_cast<double>(figures.clients);
    figures.weighted_variance +=
        from_weighted * from_weighted * static_cast<double>(one->examples) / static_cast<double>(figures.examples);
  }
}

void add_extremes(Fairness& figures, std::vector<double> accuracies) {
  std::sort(accuracies.begin(), accuracies.end());
  const std::size_t tenth = (accuracies.size() + 9) / 10;
  figures.minimum = accuracies.front();
  figures.maximum = accuracies.back();
  figures.worst_tenth = mean_from(accuracies.begin(), tenth);
  figures.best_tenth = mean_from(accuracies.end() - static_cast<std::ptrdiff_t>(tenth), tenth);
}

}  // namespace

std::optional<Fairness> fairness_of(std::span<const ClientEvaluation> evaluations) {
  std::vector<const ClientEvaluation*> counted;
  for (const ClientEvaluation& one : evaluations) {
    if (one.examples == 0) continue;
    if (!(one.accuracy >= 0 && one.accuracy <= 1))
      fail(ErrorKind::usage, "the accuracy of '{}' is {}, expected 0 to 1", one.client, one.accuracy);
    counted.push_back(&one);
  }
  if (counted.empty()) return {};
  Fairness figures;
  std::vector<double> accuracies;
  double sum = 0, squares = 0, weighted = 0, loss = 0;
  for (const ClientEvaluation* one : counted) {
    const auto examples = static_cast<double>(one->examples);
    accuracies.push_back(one->accuracy);
    figures.examples += one->examples;
    sum += one->accuracy;
    squares += one->accuracy * one->accuracy;
    weighted += examples * one->accuracy;
    loss += examples * one->loss;
  }
  figures.clients = counted.size();
  const auto clients = static_cast<double>(figures.clients), examples = static_cast<double>(figures.examples);
  figures.mean = sum / clients;
  figures.weighted_mean = weighted / examples;
  figures.mean_loss = loss / examples;
  figures.jain_index = squares > 0 ? sum * sum / (clients * squares) : 1;
  add_spread(figures, counted);
  add_extremes(figures, std::move(accuracies));
  return figures;
}

}  // namespace tacit::simulation
