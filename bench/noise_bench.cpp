// Noisy circuits by every method: an encoding layer R_X, then 5 layers of [R_Y, R_Z on each qubit, ring of CNOT],
// <Z_0>. depolarizing: 0.001 after gates on one qubit, 0.01 after gates on two; relaxation: T1 100, T2 80, 0.1 a gate.
// The counter `a_trajectory` is the time of one trajectory. One thread.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/noise/channels.h"
#include "quantum_sim/noise/density_matrix_simulator.h"
#include "quantum_sim/noise/trajectory_simulator.h"

namespace tacit::quantum_sim {
namespace {

constexpr std::size_t trajectories = 1024;
using Simulator = TrajectorySimulator<float>;

struct Setting {
  explicit Setting(const benchmark::State& state) : circuit(static_cast<std::uint32_t>(state.range(0))) {
    append_angle_encoding(circuit, Axis::x, circuit.qubits());
    append_hardware_efficient(circuit, 5, Entangler::cnot_ring);
    depolarized.after({.qubit_count = 1}, depolarizing(0.001)).after({.qubit_count = 2}, depolarizing(0.01, 2));
    relaxed.after_every_gate(thermal_relaxation(100, 80, 0.1));
    parameters.assign(circuit.parameters(), 0.4);
    inputs.assign(circuit.inputs(), 0.3);
  }
  Circuit circuit;
  NoiseModel depolarized, relaxed;
  std::vector<double> parameters, inputs;
  std::vector<Observable> observables = {Observable::pauli_z(0)};
};

void run_trajectories(benchmark::State& state, const Setting& setting, Simulator simulator) {
  for (auto _ : state) benchmark::DoNotOptimize(simulator.run(setting.parameters, setting.inputs, 1, trajectories, 1));
  state.counters["a_trajectory"] =
      benchmark::Counter(trajectories, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void density_matrix_depolarizing(benchmark::State& state) {
  const Setting setting(state);
  const DensityMatrixSimulator simulator(setting.circuit, setting.depolarized, setting.observables);
  for (auto _ : state) benchmark::DoNotOptimize(simulator(setting.parameters, setting.inputs));
}
void density_matrix_relaxation(benchmark::State& state) {
  const Setting setting(state);
  const DensityMatrixSimulator simulator(setting.circuit, setting.relaxed, setting.observables);
  for (auto _ : state) benchmark::DoNotOptimize(simulator(setting.parameters, setting.inputs));
}
template <class T>
void density_matrix_gradient(benchmark::State& state) {
  const Setting setting(state);
  const BasicDensityMatrixSimulator<T> simulator(setting.circuit, setting.depolarized, setting.observables);
  std::vector<double> of_parameters(setting.parameters.size()), of_inputs(setting.inputs.size());
  const std::vector<double> upstream = {1};
  for (auto _ : state)
    benchmark::DoNotOptimize(
        simulator.gradient(setting.parameters, setting.inputs, 1, upstream, of_parameters, of_inputs));
}
void pauli_frames_depolarizing(benchmark::State& state) {
  const Setting setting(state);
  run_trajectories(state, setting, Simulator(setting.circuit, setting.depolarized, setting.observables));
}
void pauli_frames_gradient(benchmark::State& state) {
  const Setting setting(state);
  Simulator simulator(setting.circuit, setting.depolarized, setting.observables);
  std::vector<double> of_parameters(setting.parameters.size()), of_inputs(setting.inputs.size());
  const std::vector<double> upstream = {1};
  for (auto _ : state)
    simulator.gradient(setting.parameters, setting.inputs, 1, trajectories, 1, upstream, of_parameters, of_inputs);
  state.counters["a_trajectory"] =
      benchmark::Counter(trajectories, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
void gate_by_gate_depolarizing(benchmark::State& state) {
  const Setting setting(state);
  run_trajectories(
      state, setting,
      Simulator(setting.circuit, setting.depolarized, setting.observables, nullptr, Simulator::Method::gate_by_gate));
}
void gate_by_gate_relaxation(benchmark::State& state) {
  const Setting setting(state);
  run_trajectories(state, setting, Simulator(setting.circuit, setting.relaxed, setting.observables));
}

BENCHMARK(density_matrix_depolarizing)->Arg(4)->Arg(6)->Arg(8)->Arg(10)->Unit(benchmark::kMillisecond);
BENCHMARK(density_matrix_relaxation)->Arg(4)->Arg(6)->Arg(8)->Arg(10)->Unit(benchmark::kMillisecond);
BENCHMARK(density_matrix_gradient<double>)->Arg(4)->Arg(6)->Arg(8)->Arg(10)->Unit(benchmark::kMillisecond);
BENCHMARK(density_matrix_gradient<float>)->Arg(4)->Arg(6)->Arg(8)->Arg(10)->Unit(benchmark::kMillisecond);
BENCHMARK(pauli_frames_depolarizing)->Arg(4)->Arg(6)->Arg(8)->Arg(10)->Unit(benchmark::kMillisecond);
BENCHMARK(pauli_frames_gradient)->Arg(4)->Arg(6)->Arg(8)->Arg(10)->Unit(benchmark::kMillisecond);
BENCHMARK(gate_by_gate_depolarizing)->Arg(4)->Arg(6)->Arg(8)->Arg(10)->Unit(benchmark::kMillisecond);
BENCHMARK(gate_by_gate_relaxation)->Arg(4)->Arg(6)->Arg(8)->Arg(10)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tacit::quantum_sim

BENCHMARK_MAIN();
