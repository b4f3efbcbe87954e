// Batched circuits against the arithmetic floor of a gate-at-a-time simulator with fused RZ RY and free CNOTs: 12
// vector operations a pair of amplitudes forward, 42 with the gradient. Counter `ratio` = time / floor.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "bench/multiply_add_rate.h"
#include "quantum_sim/batch_simulator.h"
#include "quantum_sim/encodings.h"

namespace tacit::quantum_sim {
namespace {

constexpr std::uint32_t layers = 10;
constexpr std::size_t batch = 256;

enum class Work { forward, gradient, gradient_and_inputs, forward_tangent, backward_tangent };

Circuit encoded_ansatz(std::uint32_t qubits) {
  Circuit circuit(qubits);
  append_angle_encoding(circuit, Axis::x, qubits);
  append_hardware_efficient(circuit, layers, Entangler::cnot_ring);
  return circuit;
}

template <class T>
std::vector<T> wave(std::size_t count, double step) {
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<T>(std::sin(step * static_cast<double>(i + 1)));
  return values;
}

template <class T>
struct Buffers {
  explicit Buffers(const Circuit& circuit)
      : parameters(wave<T>(circuit.parameters(), 0.7)),
        inputs(wave<T>(batch * circuit.inputs(), 0.3)),
        upstream(wave<T>(batch, 1.1)),
        direction(wave<T>(circuit.parameters(), 0.9)),
        outputs(batch),
        outputs_dot(batch),
        gradient(circuit.parameters()),
        gradient_dot(circuit.parameters()),
        gradient_inputs(inputs.size()),
        gradient_inputs_dot(inputs.size()) {}
  std::vector<T> parameters, inputs, upstream, direction;
  std::vector<T> outputs, outputs_dot, gradient, gradient_dot, gradient_inputs, gradient_inputs_dot;
};

template <class T>
void run(Work work, BatchSimulator<T>& simulator, Buffers<T>& b) {
  switch (work) {
    case Work::forward:
      return simulator.forward(b.parameters, b.inputs, batch, b.outputs);
    case Work::gradient:
      return simulator.backward(b.parameters, b.inputs, batch, b.upstream, b.outputs, b.gradient, {});
    case Work::gradient_and_inputs:
      return simulator.backward(b.parameters, b.inputs, batch, b.upstream, b.outputs, b.gradient, b.gradient_inputs);
    case Work::forward_tangent:
      return simulator.forward_tangent(b.parameters, b.inputs, batch, b.direction, {}, b.outputs, b.outputs_dot);
    case Work::backward_tangent:
      return simulator.backward_tangent(b.parameters, b.inputs, batch, b.direction, {}, b.upstream, {},
                                        {b.gradient, b.gradient_inputs, b.gradient_dot, b.gradient_inputs_dot});
  }
}

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

template <class T>
void circuit_batch(benchmark::State& state, Work work) {
  const auto qubits = static_cast<std::uint32_t>(state.range(0));
  BatchSimulator<T> simulator(encoded_ansatz(qubits), {Observable::pauli_z(0)});
  Buffers<T> buffers(simulator.circuit());
  run(work, simulator, buffers);
  const bool forward_only = work == Work::forward || work == Work::forward_tangent;
  const double operations = static_cast<double>(layers) * qubits * std::ldexp(1.0, static_cast<int>(qubits) - 1) *
                            static_cast<double>(batch) * (forward_only ? 12 : 42);
  const double rate = bench::multiply_add_rate<T>();
  const double floor = operations / rate;
  std::vector<double> times;
  for (auto _ : state) {
    const double start = bench::thread_seconds();
    run(work, simulator, buffers);
    times.push_back(bench::thread_seconds() - start);
  }
  const double seconds = median(times);
  state.counters["lane_rate_G"] = 1e-9 * rate;
  state.counters["ratio"] = seconds / floor;
  state.counters["median_ms"] = 1e3 * seconds;
  state.counters["floor_ms"] = 1e3 * floor;
}

void add(const char* name, Work work) {
  const std::string prefix = std::string("circuit_batch/") + name;
  for (auto* benchmark : {benchmark::RegisterBenchmark((prefix + "/float").c_str(), circuit_batch<float>, work),
                          benchmark::RegisterBenchmark((prefix + "/double").c_str(), circuit_batch<double>, work)})
    benchmark->ArgName("qubits")->Arg(6)->Arg(8)->Arg(10)->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace tacit::quantum_sim

int main(int argc, char** argv) {
  using tacit::quantum_sim::add;
  using tacit::quantum_sim::Work;
  add("forward", Work::forward);
  add("gradient", Work::gradient);
  add("gradient_and_inputs", Work::gradient_and_inputs);
  add("forward_tangent", Work::forward_tangent);
  add("backward_tangent", Work::backward_tangent);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
