#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "quantum_sim/batch/batch_simulator.h"
#include "quantum_sim/circuit/ansaetze.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/circuit/observables.h"

namespace tacit::quantum_sim {
namespace {

constexpr std::uint32_t qubits = 4;
constexpr std::size_t batch = 11;

Circuit layers() {
  Circuit circuit(qubits);
  append_angle_encoding(circuit, Axis::y, qubits);
  append_hardware_efficient(circuit, 2, Entangler::cnot_ring);
  return circuit;
}

std::vector<double> wave(std::size_t count, double step) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = 3 * std::sin(step * static_cast<double>(i + 1));
  return values;
}

struct Answers {
  std::vector<double> outputs, outputs_dot, parameters, inputs, parameters_dot, inputs_dot;
};

/// All passes with the observables weighted by `weights`: the answers for sum_k weights_k O_k.
Answers answers(const std::vector<Observable>& observables, const std::vector<double>& weights) {
  BatchSimulator<double> simulator(layers(), observables);
  const std::size_t count = observables.size();
  const auto theta = wave(simulator.circuit().parameters(), 0.7), theta_dot = wave(theta.size(), 0.9),
             x = wave(batch * qubits, 0.3), x_dot = wave(batch * qubits, 0.5);
  std::vector<double> upstream, upstream_dot, each(batch * count), each_dot(batch * count);
  for (std::size_t b = 0; b < batch; ++b)
    for (const double weight : weights) {
      upstream.push_back(weight);
      upstream_dot.push_back(weight * static_cast<double>(b));
    }
  Answers result{{}, {}, theta, x, theta, x};
  simulator.forward_tangent(theta, x, batch, theta_dot, x_dot, each, each_dot);
  for (std::size_t b = 0; b < batch; ++b) {
    double sum = 0, sum_dot = 0;
    for (std::size_t k = 0; k < count; ++k) {
      sum += weights[k] * each[b * count + k];
      sum_dot += weights[k] * each_dot[b * count + k];
    }
    result.outputs.push_back(sum);
    result.outputs_dot.push_back(sum_dot);
  }
  simulator.backward_tangent(theta, x, batch, theta_dot, x_dot, upstream, upstream_dot,
                             {result.parameters, result.inputs, result.parameters_dot, result.inputs_dot});
  return result;
}

void expect_near(const std::vector<double>& a, const std::vector<double>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-12) << i;
}

/// Strings that share a table of weights, strings with a phase of their own, and one that is alone, against every
/// string as an output of its own.
TEST(MeasuredSums, AreTheSumsOfTheirStrings) {
  const std::vector<const char*> strings{"Z0", "Z1 Z2", "Z3", "X0 X1", "Y0 Y1", "X0 Y1", "Y0 X1", "X2", "Z0 Z1 Z2 Z3"};
  const std::vector<double> weights{0.5, -1.25, 2, 0.75, -0.5, 1.5, 0.25, -2, 1};
  Observable sum;
  std::vector<Observable> apart;
  for (std::size_t i = 0; i < strings.size(); ++i) {
    apart.push_back(parse_observable(strings[i]));
    PauliTerm term = apart.back().terms.front();
    term.coefficient *= weights[i];
    sum.terms.push_back(term);
  }
  const Answers together = answers({sum}, {1}), one_by_one = answers(apart, weights);
  expect_near(together.outputs, one_by_one.outputs);
  expect_near(together.outputs_dot, one_by_one.outputs_dot);
  expect_near(together.parameters, one_by_one.parameters);
  expect_near(together.inputs, one_by_one.inputs);
  expect_near(together.parameters_dot, one_by_one.parameters_dot);
  expect_near(together.inputs_dot, one_by_one.inputs_dot);
}

}  // namespace
}  // namespace tacit::quantum_sim
