#include "quantum_sim/analysis/effective_dimension.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/error.h"
#include "quantum_sim/gradients/quantum_fisher.h"

namespace tacit::quantum_sim::analysis {
namespace {

std::vector<std::vector<double>> random_eigenvalues(const Circuit& circuit, const SamplingOptions& options) {
  const std::vector<double> inputs = checked_inputs(circuit, options, 1);
  std::vector<std::vector<double>> result;
  for (std::size_t sample = 0; sample < options.samples; ++sample)
    result.push_back(eigenvalues(quantum_fisher(circuit, random_parameters(circuit, options, sample), inputs)));
  return result;
}

std::size_t rank_of(const std::vector<double>& values, double tolerance) {
  if (values.empty() || !(values.back() > 0)) return 0;
  return static_cast<std::size_t>(
      std::count_if(values.begin(), values.end(), [&](double value) { return value > tolerance * values.back(); }));
}

// ln of the mean of exp(values).
double log_mean_exp(const std::vector<double>& values) {
  const double largest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (const double value : values) sum += std::exp(value - largest);
  return largest + std::log(sum / static_cast<double>(values.size()));
}

}  // namespace

ParameterDimension parameter_dimension(const Circuit& circuit, const SamplingOptions& options, double tolerance) {
  if (!(tolerance >= 0 && tolerance < 1))
    fail(ErrorKind::usage, "the tolerance of a rank lies in [0, 1), not {}", tolerance);
  ParameterDimension result;
  result.parameters = circuit.parameters();
  for (const std::vector<double>& values : random_eigenvalues(circuit, options)) {
    const std::size_t rank = rank_of(values, tolerance);
    if (result.ranks.empty() || rank > result.largest_rank) {
      result.largest_rank = rank;
      result.eigenvalues = values;
    }
    result.ranks.push_back(rank);
  }
  return result;
}

double effective_dimension(const Circuit& circuit, const SamplingOptions& options, double data, double gamma) {
  if (!(gamma > 0 && gamma <= 1)) fail(ErrorKind::usage, "effective dimension: gamma lies in (0, 1], not {}", gamma);
  const double k = gamma * data / (2 * std::numbers::pi * std::log(data));
  if (!(data > std::numbers::e) || !(k > 1) || !std::isfinite(k))
    fail(ErrorKind::usage, "effective dimension: {} data and gamma {} give k = {:.3g}, which must exceed 1", data,
         gamma, k);
  const std::vector<std::vector<double>> spectra = random_eigenvalues(circuit, options);
  double trace = 0;
  for (const std::vector<double>& values : spectra)
    trace += std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(spectra.size());
  if (!(trace > 0)) return 0;
  const double scale = k * static_cast<double>(circuit.parameters()) / trace;
  std::vector<double> logs;
  for (const std::vector<double>& values : spectra) {
    double half_log_determinant = 0;
    for (const double value : values) half_log_determinant += std::log1p(scale * std::max(value, 0.0)) / 2;
    logs.push_back(half_log_determinant);
  }
  return 2 * log_mean_exp(logs) / std::log(k);
}

}  // namespace tacit::quantum_sim::analysis
