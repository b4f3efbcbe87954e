#include "bench/circuit_cases.h"

#include <algorithm>
#include <cmath>

#include "bench/multiply_add_rate.h"
#include "quantum_sim/batch/batch_simulator.h"
#include "quantum_sim/circuit/encodings.h"

namespace tacit::bench {
namespace {

using namespace quantum_sim;

constexpr std::uint32_t layers = 10;
constexpr std::size_t batch = 256;

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

/// A simulator with everything its calls read and write.
template <class T>
struct Bench {
  explicit Bench(std::uint32_t qubits)
      : simulator(encoded_ansatz(qubits), {Observable::pauli_z(0)}),
        parameters(wave<T>(simulator.circuit().parameters(), 0.7)),
        inputs(wave<T>(batch * qubits, 0.3)),
        upstream(wave<T>(batch, 1.1)),
        direction(wave<T>(parameters.size(), 0.9)),
        outputs(batch),
        gradient(parameters.size()),
        gradient_dot(parameters.size()),
        gradient_inputs(inputs.size()),
        gradient_inputs_dot(inputs.size()) {}

  void call(const std::string& work) {
    if (work == "forward")
      simulator.forward(parameters, inputs, batch, outputs);
    else if (work == "gradient")
      simulator.backward(parameters, inputs, batch, upstream, outputs, gradient, {});
    else if (work == "gradient_and_inputs")
      simulator.backward(parameters, inputs, batch, upstream, outputs, gradient, gradient_inputs);
    else
      simulator.backward_tangent(parameters, inputs, batch, direction, {}, upstream, {},
                                 {gradient, gradient_inputs, gradient_dot, gradient_inputs_dot});
  }

  BatchSimulator<T> simulator;
  std::vector<T> parameters, inputs, upstream, direction;
  std::vector<T> outputs, gradient, gradient_dot, gradient_inputs, gradient_inputs_dot;
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Calls for at least a quarter of a second and at least five times.
template <class T>
CircuitCase measure(const std::string& work, const char* precision, std::uint32_t qubits) {
  Bench<T> bench(qubits);
  bench.call(work);
  std::vector<double> times;
  double total = 0;
  while (times.size() < 5 || total < 0.25) {
    const double start = thread_seconds();
    bench.call(work);
    times.push_back(thread_seconds() - start);
    total += times.back();
  }
  const double operations = layers * qubits * std::ldexp(1.0, static_cast<int>(qubits) - 1) *
                            static_cast<double>(batch) * (work == "forward" ? 12 : 42);
  return {work, precision, qubits, batch, 1, median(times), operations / multiply_add_rate<T>()};
}

}  // namespace

std::vector<CircuitCase> measure_circuit_cases(const std::function<void(const CircuitCase&, std::size_t)>& on_case) {
  const std::vector<std::string> works{"forward", "gradient", "gradient_and_inputs", "tangent"};
  const std::vector<std::uint32_t> sizes{6, 8, 10};
  std::vector<CircuitCase> cases;
  for (const std::string& work : works)
    for (const std::uint32_t qubits : sizes)
      for (const bool is_float : {true, false}) {
        cases.push_back(is_float ? measure<float>(work, "float", qubits) : measure<double>(work, "double", qubits));
        on_case(cases.back(), works.size() * sizes.size() * 2);
      }
  return cases;
}

}  // namespace tacit::bench
