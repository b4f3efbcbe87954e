#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/random.h"
#include "quantum_sim/batch/batch_simulator.h"

namespace tacit::quantum_sim::test {

/// A circuit with observables, angles, a direction and upstream weights, all drawn from one seed.
struct Problem {
  std::uint64_t seed;
  Circuit circuit;
  std::vector<Observable> observables;
  std::size_t batch;
  std::vector<double> parameters, inputs, parameters_dot, inputs_dot, upstream, upstream_dot;

  std::size_t outputs() const { return observables.size(); }
  std::span<const double> sample(std::size_t index) const {
    return std::span(inputs).subspan(index * circuit.inputs(), circuit.inputs());
  }
};

inline constexpr std::array unitary_kinds{GateKind::identity,
                                          GateKind::x,
                                          GateKind::y,
                                          GateKind::z,
                                          GateKind::h,
                                          GateKind::s,
                                          GateKind::s_dagger,
                                          GateKind::t,
                                          GateKind::t_dagger,
                                          GateKind::sqrt_x,
                                          GateKind::sqrt_x_dagger,
                                          GateKind::rx,
                                          GateKind::ry,
                                          GateKind::rz,
                                          GateKind::phase,
                                          GateKind::universal,
                                          GateKind::swap,
                                          GateKind::iswap,
                                          GateKind::pauli_rotation,
                                          GateKind::unitary,
                                          GateKind::diagonal};

/// 2^k x 2^k entries.
std::vector<std::complex<double>> random_unitary(std::size_t qubits, RandomStream& stream);
/// The input and the parameter whose arccos random gates may take.
inline constexpr std::uint32_t arccos_input = 3, arccos_parameter = 6;
/// On random qubits, with random angles (of parameters, inputs, constants, products, arccos), strings, matrices of up
/// to three targets; so many qubits must be there.
Gate random_gate(GateKind kind, std::uint32_t qubits, std::size_t controls, RandomStream& stream);

/// Any gates on any qubits, with up to three controls: shared parameters, shared and scaled inputs, constants,
/// offsets, products, arccos;
/// three observables of up to three strings with X, Y and Z.
Problem random_problem(std::uint64_t seed, std::uint32_t qubits, std::size_t gates, std::size_t batch);

/// Gates of all kinds, every other one behind exactly `controls` qubits; two observables.
Problem controlled_problem(std::uint64_t seed, std::uint32_t qubits, std::size_t controls, std::size_t gates,
                           std::size_t batch);

/// Fills parameters, inputs, directions and weights for a given circuit.
Problem problem_of(std::uint64_t seed, Circuit circuit, std::vector<Observable> observables, std::size_t batch);

std::vector<double> random_values(RandomStream& stream, std::size_t count, double bound);

template <class T>
std::vector<T> cast(std::span<const double> values) {
  return std::vector<T>(values.begin(), values.end());
}

template <class T>
std::vector<T> forward(BatchSimulator<T>& simulator, const Problem& problem) {
  std::vector<T> outputs(problem.batch * problem.outputs());
  simulator.forward(cast<T>(problem.parameters), cast<T>(problem.inputs), problem.batch, outputs);
  return outputs;
}

template <class T>
struct Gradients {
  std::vector<T> outputs, parameters, inputs;
};

template <class T>
Gradients<T> backward(BatchSimulator<T>& simulator, const Problem& problem) {
  Gradients<T> result{std::vector<T>(problem.upstream.size()), std::vector<T>(problem.parameters.size()),
                      std::vector<T>(problem.inputs.size())};
  simulator.backward(cast<T>(problem.parameters), cast<T>(problem.inputs), problem.batch, cast<T>(problem.upstream),
                     result.outputs, result.parameters, result.inputs);
  return result;
}

template <class T>
struct TangentGradients {
  std::vector<T> parameters, inputs, parameters_dot, inputs_dot;
};

template <class T>
TangentGradients<T> backward_tangent(BatchSimulator<T>& simulator, const Problem& problem) {
  const std::size_t p = problem.parameters.size(), i = problem.inputs.size();
  TangentGradients<T> result{std::vector<T>(p), std::vector<T>(i), std::vector<T>(p), std::vector<T>(i)};
  simulator.backward_tangent(cast<T>(problem.parameters), cast<T>(problem.inputs), problem.batch,
                             cast<T>(problem.parameters_dot), cast<T>(problem.inputs_dot), cast<T>(problem.upstream),
                             cast<T>(problem.upstream_dot),
                             {result.parameters, result.inputs, result.parameters_dot, result.inputs_dot});
  return result;
}

/// The problem a step further along its direction.
Problem moved(const Problem& problem, double step);

/// |actual - expected| <= tolerance * (1 + |expected|), element by element.
template <class T>
::testing::AssertionResult all_near(const std::vector<T>& actual, const std::vector<double>& expected,
                                    double tolerance) {
  if (actual.size() != expected.size())
    return ::testing::AssertionFailure() << "sizes " << actual.size() << " and " << expected.size();
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double value = static_cast<double>(actual[i]);
    if (!(std::abs(value - expected[i]) <= tolerance * (1 + std::abs(expected[i]))))
      return ::testing::AssertionFailure() << "element " << i << ": " << value << ", expected " << expected[i];
  }
  return ::testing::AssertionSuccess();
}

}  // namespace tacit::quantum_sim::test
