#include "quantum_sim/gradients/quantum_fisher.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "quantum_sim/circuit/value_checks.h"
#include "quantum_sim/gradients/rotation_slopes.h"
#include "quantum_sim/gradients/state_columns.h"

namespace tacit::quantum_sim {
namespace {

using RowMajorMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using RowMajorComplex = Eigen::Matrix<std::complex<double>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Of the normalised amplitudes a = x / |x|: d a / d x_j = (e_j - a a_j) / |x|.
void write_amplitude_tangents(StateColumns& states, const Circuit& circuit, std::span<const double> inputs,
                              std::span<const AngleVariable> variables) {
  const std::size_t count = circuit.encoded_amplitudes();
  double square = 0;
  for (std::size_t place = 0; place < count; ++place) square += inputs[place] * inputs[place];
  const double norm = std::sqrt(square);
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const std::size_t j = variables[i].index;
    if (variables[i].source != Angle::Source::input || j >= count) continue;
    for (std::size_t place = 0; place < count; ++place)
      states.row(place)[i + 1] = ((place == j ? 1 : 0) - inputs[place] * inputs[j] / square) / norm;
  }
}

/// Column 0 the state, column 1 + i its derivative in variables[i], up to the Clifford gates that end the circuit.
StateColumns state_and_tangents(const Circuit& circuit, std::span<const double> parameters,
                                std::span<const double> inputs, std::span<const AngleVariable> variables) {
  StateColumns states(circuit.qubits(), variables.size() + 1);
  write_initial_state(states, 0, circuit, inputs);
  write_amplitude_tangents(states, circuit, inputs, variables);
  // Columns behind it are zero so far.
  std::size_t in_use = circuit.encoded_amplitudes() > 0 ? variables.size() + 1 : 1;
  for (const PauliRotation& rotation : plain_rotations(circuit)) {
    states.rotate(rotation, finite_angle_of(circuit, rotation, parameters, inputs), in_use);
    for (std::size_t i = 0; i < variables.size(); ++i) {
      const double rate = derivative(rotation, variables[i], parameters, inputs);
      if (rate == 0) continue;
      if (!std::isfinite(rate))
        fail(ErrorKind::usage, "quantum Fisher information: the angle's derivative in input {} is not finite there",
             variables[i].index);
      states.add_generator(rotation, 0, i + 1, rate);
      in_use = std::max(in_use, i + 2);
    }
  }
  return states;
}

std::vector<double> metric(const Circuit& circuit, std::span<const double> parameters, std::span<const double> inputs,
                           std::span<const AngleVariable> variables) {
  const StateColumns states = state_and_tangents(circuit, parameters, inputs, variables);
  const Eigen::Map<const RowMajorComplex> matrix(states.data(), static_cast<Eigen::Index>(states.rows()),
                                                 static_cast<Eigen::Index>(states.columns()));
  const Eigen::MatrixXcd products = matrix.adjoint() * matrix;
  const auto size = static_cast<Eigen::Index>(variables.size());
  std::vector<double> result;
  for (Eigen::Index i = 1; i <= size; ++i)
    for (Eigen::Index j = 1; j <= size; ++j)
      result.push_back(4 * (products(i, j) - products(i, 0) * products(0, j)).real());
  return result;
}

std::vector<AngleVariable> variables_of(Angle::Source source, std::size_t count) {
  std::vector<AngleVariable> variables;
  for (std::size_t index = 0; index < count; ++index) variables.push_back({source, index});
  return variables;
}

Eigen::Map<const RowMajorMatrix> as_square(std::span<const double> metric) {
  const auto size = static_cast<Eigen::Index>(std::lround(std::sqrt(static_cast<double>(metric.size()))));
  if (size * size != static_cast<Eigen::Index>(metric.size()))
    fail(ErrorKind::usage, "a metric is a square matrix, not {} values", metric.size());
  return {metric.data(), size, size};
}

}  // namespace

std::vector<double> quantum_fisher(const Circuit& circuit, std::span<const double> parameters,
                                   std::span<const double> inputs, MetricOf of) {
  require_finite_values(circuit, parameters, inputs);
  return metric(circuit, parameters, inputs,
                of == MetricOf::parameters ? variables_of(Angle::Source::parameter, parameters.size())
                                           : variables_of(Angle::Source::input, inputs.size()));
}

std::vector<std::vector<double>> quantum_fisher_blocks(const Circuit& circuit, std::span<const double> parameters,
                                                       std::span<const double> inputs,
                                                       const std::vector<std::vector<std::size_t>>& blocks) {
  require_finite_values(circuit, parameters, inputs);
  std::vector<std::vector<double>> result;
  for (const std::vector<std::size_t>& block : blocks) {
    std::vector<AngleVariable> variables;
    for (const std::size_t index : block) {
      if (index >= parameters.size())
        fail(ErrorKind::usage, "block {}: parameter {} is out of range, the circuit has {}", result.size(), index,
             parameters.size());
      variables.push_back({Angle::Source::parameter, index});
    }
    result.push_back(metric(circuit, parameters, inputs, variables));
  }
  return result;
}

std::vector<std::vector<std::size_t>> parameter_layers(const Circuit& circuit) {
  const std::vector<PauliRotation> rotations = lower(circuit).rotations;
  std::vector<std::size_t> depths;
  std::vector<std::vector<std::size_t>> layers;
  std::vector<bool> seen(circuit.parameters());
  for (const PauliRotation& rotation : rotations) {
    std::size_t depth = 0;
    for (std::size_t earlier = 0; earlier < depths.size(); ++earlier)
      if (depths[earlier] >= depth && !commute(rotations[earlier], rotation)) depth = depths[earlier] + 1;
    depths.push_back(depth);
    layers.resize(std::max(layers.size(), depth + 1));
    for (const AngleTerm& term : rotation.terms)
      for (const Angle::Factor& factor : term.angle.factors())
        if (factor.source == Angle::Source::parameter && !seen[factor.index]) {
          seen[factor.index] = true;
          layers[depth].push_back(factor.index);
        }
  }
  std::erase_if(layers, [](const auto& layer) { return layer.empty(); });
  return layers;
}

std::vector<double> natural_gradient(std::span<const double> metric, std::span<const double> gradient,
                                     double regularisation) {
  const auto matrix = as_square(metric);
  if (static_cast<std::size_t>(matrix.rows()) != gradient.size())
    fail(ErrorKind::usage, "natural gradient: the metric is of {} parameters, the gradient of {}", matrix.rows(),
         gradient.size());
  if (!(regularisation >= 0) || !std::isfinite(regularisation))
    fail(ErrorKind::usage, "natural gradient: the regularisation must be finite and not negative, not {}",
         regularisation);
  if (gradient.empty()) return {};
  const Eigen::Map<const Eigen::VectorXd> right(gradient.data(), matrix.rows());
  Eigen::MatrixXd shifted = matrix;
  shifted.diagonal().array() += regularisation;
  const Eigen::VectorXd step = regularisation > 0
                                   ? Eigen::VectorXd(shifted.ldlt().solve(right))
                                   : Eigen::VectorXd(shifted.completeOrthogonalDecomposition().solve(right));
  return {step.begin(), step.end()};
}

std::vector<double> eigenvalues(std::span<const double> metric) {
  const auto matrix = as_square(metric);
  if (matrix.rows() == 0) return {};
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix, Eigen::EigenvaluesOnly);
  return {solver.eigenvalues().begin(), solver.eigenvalues().end()};
}

std::size_t metric_rank(std::span<const double> metric, double tolerance) {
  const std::vector<double> values = eigenvalues(metric);
  if (values.empty() || !(values.back() > 0)) return 0;
  return static_cast<std::size_t>(
      std::count_if(values.begin(), values.end(), [&](double value) { return value > tolerance * values.back(); }));
}

}  // namespace tacit::quantum_sim
