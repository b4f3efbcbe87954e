#include "simulation/fairness.h"

#include <algorithm>
#include <cmath>
#include <utility>
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

/// What is compared between clients.
double figure_of(const ClientEvaluation& one) {
  return one.rmse.value_or(one.accuracy);
}

void check(const ClientEvaluation& one, bool of_errors) {
  if (one.rmse.has_value() != of_errors)
    fail(ErrorKind::usage, "'{}' has {}, other clients have not", one.client, of_errors ? "an accuracy" : "an error");
  if (of_errors && !(*one.rmse >= 0 && std::isfinite(*one.rmse)))
    fail(ErrorKind::usage, "the error of '{}' is {}, expected a finite number of at least 0", one.client, *one.rmse);
  if (!of_errors && !(one.accuracy >= 0 && one.accuracy <= 1))
    fail(ErrorKind::usage, "the accuracy of '{}' is {}, expected 0 to 1", one.client, one.accuracy);
}

void add_spread(Fairness& figures, std::span<const ClientEvaluation* const> counted) {
  for (const ClientEvaluation* one : counted) {
    const double from_mean = figure_of(*one) - figures.mean, from_weighted = figure_of(*one) - figures.weighted_mean;
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
  if (figures.of_errors) std::swap(figures.worst_tenth, figures.best_tenth);
}

}  // namespace

std::optional<Fairness> fairness_of(std::span<const ClientEvaluation> evaluations) {
  std::vector<const ClientEvaluation*> counted;
  for (const ClientEvaluation& one : evaluations) {
    if (one.examples == 0) continue;
    check(one, counted.empty() ? one.rmse.has_value() : counted.front()->rmse.has_value());
    counted.push_back(&one);
  }
  if (counted.empty()) return {};
  Fairness figures;
  figures.of_errors = counted.front()->rmse.has_value();
  std::vector<double> accuracies;
  double sum = 0, squares = 0, weighted = 0, loss = 0;
  for (const ClientEvaluation* one : counted) {
    const auto examples = static_cast<double>(one->examples);
    accuracies.push_back(figure_of(*one));
    figures.examples += one->examples;
    sum += figure_of(*one);
    squares += figure_of(*one) * figure_of(*one);
    weighted += examples * figure_of(*one);
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
