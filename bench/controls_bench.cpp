// One state with controlled gates: rotations confined to the rows and lanes that meet their controls, beside the same
// circuits with every rotation taken apart into 2^k plain ones. Circuit: R_Y on each of 20 qubits, 8 times a R_Y behind
// k qubits drawn at random, R_X on each qubit, <Z_0> and <X...X>. One thread; arguments: qubits, k.
#include <benchmark/benchmark.h>

#include <numeric>
#include <vector>

#include "core/random.h"
#include "quantum_sim/circuit/observables.h"
#include "quantum_sim/compile/diagonal_controls.h"
#include "quantum_sim/compile/expand_controls.h"
#include "quantum_sim/state/state_engine.h"

namespace tacit::quantum_sim {
namespace {

Circuit controlled_circuit(std::uint32_t qubits, std::uint32_t controls) {
  RandomStream stream({.seed = 3, .purpose = Purpose::test});
  Circuit circuit(qubits);
  std::uint32_t parameter = 0;
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) circuit.ry(qubit, Angle::parameter(parameter++));
  for (int gate = 0; gate < 8; ++gate) {
    std::vector<std::uint32_t> chosen(qubits);
    std::iota(chosen.begin(), chosen.end(), 0u);
    for (std::uint32_t place = 0; place <= controls; ++place)
      std::swap(chosen[place], chosen[place + stream.below(qubits - place)]);
    circuit.append(
        {GateKind::ry, {chosen[controls]}, {chosen.data(), chosen.data() + controls}, {Angle::parameter(parameter++)}});
  }
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) circuit.rx(qubit, Angle::parameter(parameter++));
  return circuit;
}

/// `most_apart`: rotations with so many controls are taken apart.
template <class T>
void controlled(benchmark::State& state, std::size_t most_apart, bool gradient) {
  const auto qubits = static_cast<std::uint32_t>(state.range(0)), controls = static_cast<std::uint32_t>(state.range(1));
  const Circuit circuit = controlled_circuit(qubits, controls);
  RotationForm form =
      to_rotation_form(circuit, {Observable::pauli_z(0), {{{1.0, (std::uint64_t{1} << qubits) - 1, 0}}}});
  expand_controls(form, most_apart);
  make_controls_diagonal(form);
  StateEngine<T> engine(circuit, std::move(form), 2, 1);
  std::vector<T> parameters(circuit.parameters()), outputs(2), upstream{T(1), T(0.5)}, result(circuit.parameters());
  for (std::size_t index = 0; index < parameters.size(); ++index)
    parameters[index] = T(0.1) * static_cast<T>(index + 1);
  using Wants = typename StateEngine<T>::Wants;
  for (auto _ : state) {
    engine.load(parameters, {}, gradient ? Wants::gradients : Wants::values);
    engine.evolve();
    engine.measure(outputs);
    if (!gradient) continue;
    engine.seed(upstream);
    engine.differentiate(result, {});
  }
  state.counters["rotations"] = static_cast<double>(engine.plan().rotations.size());
}

template <class T>
void confined_forward(benchmark::State& state) {
  controlled<T>(state, 0, false);
}
template <class T>
void confined_gradient(benchmark::State& state) {
  controlled<T>(state, 0, true);
}
template <class T>
void apart_forward(benchmark::State& state) {
  controlled<T>(state, 10, false);
}
template <class T>
void apart_gradient(benchmark::State& state) {
  controlled<T>(state, 10, true);
}

#define TACIT_CONTROLS(name, ...) BENCHMARK(name)->ArgsProduct({{20}, {__VA_ARGS__}})->Unit(benchmark::kMillisecond)
TACIT_CONTROLS(confined_forward<float>, 1, 2, 3, 4, 6, 10, 19);
TACIT_CONTROLS(apart_forward<float>, 1, 2, 3, 4, 6);
TACIT_CONTROLS(confined_gradient<float>, 1, 2, 3, 4, 6, 10, 19);
TACIT_CONTROLS(apart_gradient<float>, 1, 2, 3, 4, 6);
TACIT_CONTROLS(confined_gradient<double>, 1, 2, 3, 4, 6, 10, 19);
TACIT_CONTROLS(apart_gradient<double>, 1, 2, 3, 4, 6);
#undef TACIT_CONTROLS

}  // namespace
}  // namespace tacit::quantum_sim

BENCHMARK_MAIN();
