// What engine_choice.cpp rests on: a gradient of one sample on the engine of one state over its share of a full tile on
// the batch engine. Circuit: R_X(x_i) on each qubit, 10 layers of [R_Y, R_Z on each qubit, ring of CNOT], <Z_0>. One
// thread. The counter `a_sample` is the time of one sample.
#include <benchmark/benchmark.h>

#include <vector>

#include "quantum_sim/batch/batch_simulator.h"
#include "quantum_sim/batch/tile.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/state/state_simulator.h"

namespace tacit::quantum_sim {
namespace {

template <class T>
struct Setting {
  explicit Setting(const benchmark::State& state, std::size_t batch)
      : circuit(static_cast<std::uint32_t>(state.range(0))) {
    append_angle_encoding(circuit, Axis::x, circuit.qubits());
    append_hardware_efficient(circuit, 10, Entangler::cnot_ring);
    parameters.assign(circuit.parameters(), T(0.3));
    inputs.assign(batch * circuit.inputs(), T(0.2));
    upstream.assign(batch, T(1));
    gradient.resize(parameters.size());
  }
  Circuit circuit;
  std::vector<T> parameters, inputs, upstream, gradient;
};

void count_samples(benchmark::State& state, std::size_t samples) {
  state.counters["a_sample"] = benchmark::Counter(static_cast<double>(state.iterations() * samples),
                                                  benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <class T>
void full_tile(benchmark::State& state) {
  Setting<T> s(state, tile_width<T>);
  BatchSimulator<T> simulator(s.circuit, {Observable::pauli_z(0)});
  for (auto _ : state) simulator.backward(s.parameters, s.inputs, tile_width<T>, s.upstream, {}, s.gradient, {});
  count_samples(state, tile_width<T>);
}
BENCHMARK(full_tile<float>)->DenseRange(4, 16, 2)->Unit(benchmark::kMicrosecond);
BENCHMARK(full_tile<double>)->DenseRange(4, 16, 2)->Unit(benchmark::kMicrosecond);

template <class T>
void one_state(benchmark::State& state) {
  Setting<T> s(state, 1);
  StateSimulator<T> simulator(s.circuit, {Observable::pauli_z(0)});
  for (auto _ : state) simulator.backward(s.parameters, s.inputs, s.upstream, {}, s.gradient, {});
  count_samples(state, 1);
}
BENCHMARK(one_state<float>)->DenseRange(4, 16, 2)->Unit(benchmark::kMicrosecond);
BENCHMARK(one_state<double>)->DenseRange(4, 16, 2)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tacit::quantum_sim

BENCHMARK_MAIN();
