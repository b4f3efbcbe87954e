// Lie algebras and simulation in them, on the open transverse-field Ising chain {X_i, Z_i Z_{i+1}} of n qubits, whose
// algebra is so(2n): its closure; a gradient of <Z_0 Z_1> by all parameters of 10 layers, one parameter a rotation; and
// the planning of that. One thread, double precision.
#include <benchmark/benchmark.h>

#include <vector>

#include "quantum_sim/analysis/lie/g_sim.h"
#include "quantum_sim/analysis/lie/lie_algebra.h"

namespace tacit::quantum_sim {
namespace {

constexpr std::uint32_t layers = 10;

std::vector<PauliSum> generators(std::uint32_t qubits) {
  std::vector<PauliSum> all;
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) all.emplace_back(PauliString::on(qubits, "X", {qubit}));
  for (std::uint32_t qubit = 0; qubit + 1 < qubits; ++qubit)
    all.emplace_back(PauliString::on(qubits, "ZZ", {qubit, qubit + 1}));
  return all;
}

LieSimulator chain(std::uint32_t qubits) {
  PauliCircuit circuit(qubits);
  for (std::uint32_t layer = 0; layer < layers; ++layer)
    for (const PauliSum& generator : generators(qubits))
      circuit.rotate(generator, Angle::parameter(static_cast<std::uint32_t>(circuit.parameters())));
  return LieSimulator(std::move(circuit), {PauliSum(PauliString::on(qubits, "ZZ", {0, 1}))});
}

void closure(benchmark::State& state) {
  const auto qubits = static_cast<std::uint32_t>(state.range(0));
  std::size_t dimension = 0;
  for (auto _ : state) dimension = dynamical_lie_algebra(qubits, generators(qubits)).dimension;
  state.counters["dimension"] = static_cast<double>(dimension);
}
BENCHMARK(closure)->Arg(50)->Arg(100)->Arg(200)->Unit(benchmark::kMillisecond);

void planning(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(chain(static_cast<std::uint32_t>(state.range(0))).dimension());
}
BENCHMARK(planning)->Arg(100)->Unit(benchmark::kMillisecond);

void gradient(benchmark::State& state) {
  LieSimulator simulator = chain(static_cast<std::uint32_t>(state.range(0)));
  const std::vector<double> parameters(simulator.circuit().parameters(), 0.3), upstream{1};
  std::vector<double> snapshot(simulator.dimension()), outputs(1), result(parameters.size());
  simulator.zero_snapshot(snapshot);
  for (auto _ : state) {
    simulator.backward(parameters, {}, snapshot, 1, upstream, outputs,
                       {.parameters = result, .inputs = {}, .snapshots = {}});
    benchmark::DoNotOptimize(result.data());
  }
  state.counters["parameters"] = static_cast<double>(parameters.size());
  state.counters["dimension"] = static_cast<double>(simulator.dimension());
}
BENCHMARK(gradient)->Arg(50)->Arg(100)->Arg(200)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tacit::quantum_sim

BENCHMARK_MAIN();
