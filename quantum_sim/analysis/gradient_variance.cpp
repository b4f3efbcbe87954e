#include "quantum_sim/analysis/gradient_variance.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "quantum_sim/batch/batch_simulator.h"
#include "quantum_sim/gradients/parameters_as_inputs.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim::analysis {
namespace {

constexpr std::size_t samples_a_call = 256;

// Gradients in all parameters, [samples, P].
std::vector<double> random_gradients(const Circuit& circuit, const Observable& observable,
                                     const SamplingOptions& options) {
  const std::vector<double> inputs = checked_inputs(circuit, options, 4);
  const std::size_t width = inputs.size() + circuit.parameters();
  require_memory(std::uint64_t{options.samples} * circuit.parameters() * sizeof(double), available_memory(),
                 fmt::format("the gradients in {} parameters of {} samples", circuit.parameters(), options.samples));
  BatchSimulator<double> simulator(with_parameters_as_inputs(circuit), {observable});
  std::vector<double> gradients;
  for (std::size_t first = 0; first < options.samples; first += samples_a_call) {
    const std::size_t lanes = std::min(samples_a_call, options.samples - first);
    const std::vector<double> rows = sampled_rows(circuit, options, inputs, first, lanes);
    std::vector<double> gradient(lanes * width);
    simulator.backward({}, rows, lanes, std::vector<double>(lanes, 1.0), {}, {}, gradient);
    for (std::size_t lane = 0; lane < lanes; ++lane)
      gradients.insert(gradients.end(), gradient.begin() + static_cast<std::ptrdiff_t>(lane * width + inputs.size()),
                       gradient.begin() + static_cast<std::ptrdiff_t>((lane + 1) * width));
  }
  return gradients;
}

ParameterVariance variance_of(const std::vector<double>& gradients, std::size_t parameter, std::size_t parameters) {
  const auto count = static_cast<double>(gradients.size() / parameters);
  ParameterVariance result;
  result.parameter = parameter;
  for (std::size_t place = parameter; place < gradients.size(); place += parameters)
    result.mean += gradients[place] / count;
  double second = 0, fourth = 0;
  for (std::size_t place = parameter; place < gradients.size(); place += parameters) {
    const double square = (gradients[place] - result.mean) * (gradients[place] - result.mean);
    second += square / count;
    fourth += square * square / count;
  }
  result.variance = second * count / (count - 1);
  // Var(s^2) = (m_4 - (S - 3)/(S - 1) m_2^2) / S.
  result.standard_error = std::sqrt(std::max(fourth - (count - 3) / (count - 1) * second * second, 0.0) / count);
  return result;
}

}  // namespace

GradientVariance gradient_variance(const Circuit& circuit, const Observable& observable,
                                   const SamplingOptions& options) {
  const std::vector<double> gradients = random_gradients(circuit, observable, options);
  const std::size_t parameters = circuit.parameters();
  GradientVariance result;
  for (std::size_t p = 0; p < parameters; ++p) {
    const ParameterVariance& one = result.parameters.emplace_back(variance_of(gradients, p, parameters));
    result.mean_variance += one.variance / static_cast<double>(parameters);
    if (one.variance > result.largest_variance) {
      result.largest_variance = one.variance;
      result.largest_parameter = p;
    }
  }
  return result;
}

double ScalingFit::factor_per_qubit() const noexcept {
  return std::exp(slope);
}

ScalingFit fit_scaling(std::span<const double> qubits, std::span<const double> variances,
                       std::span<const double> standard_errors) {
  if (variances.size() != qubits.size() || standard_errors.size() != qubits.size())
    fail(ErrorKind::usage, "scaling fit: {} qubit numbers, {} variances and {} errors do not match", qubits.size(),
         variances.size(), standard_errors.size());
  double weight = 0, mean_x = 0, mean_y = 0;
  std::vector<double> weights;
  for (std::size_t place = 0; place < qubits.size(); ++place) {
    if (!(variances[place] > 0) || !(standard_errors[place] > 0) || !std::isfinite(variances[place] + qubits[place]))
      fail(ErrorKind::usage, "scaling fit: point {} needs a positive variance and a positive error, not {} and {}",
           place, variances[place], standard_errors[place]);
    // The error of a logarithm is the relative error.
    weights.push_back(std::pow(variances[place] / standard_errors[place], 2));
    weight += weights[place];
    mean_x += weights[place] * qubits[place];
    mean_y += weights[place] * std::log(variances[place]);
  }
  mean_x /= weight;
  mean_y /= weight;
  double xx = 0, xy = 0, yy = 0;
  for (std::size_t place = 0; place < qubits.size(); ++place) {
    const double x = qubits[place] - mean_x, y = std::log(variances[place]) - mean_y;
    xx += weights[place] * x * x;
    xy += weights[place] * x * y;
    yy += weights[place] * y * y;
  }
  if (!(xx > 0)) fail(ErrorKind::usage, "scaling fit: it takes at least 2 distinct numbers of qubits");
  const double slope = xy / xx;
  return {slope, 1 / std::sqrt(xx), mean_y - slope * mean_x, yy > 0 ? xy * xy / (xx * yy) : 1};
}

}  // namespace tacit::quantum_sim::analysis
