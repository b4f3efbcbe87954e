#include "bench/circuit_work.h"

#include <array>
#include <cmath>
#include <string_view>

#include "core/error.h"
#include "quantum_sim/batch/batch_simulator.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/state/state_simulator.h"

namespace tacit::bench {
namespace {

using namespace quantum_sim;

constexpr std::uint32_t layers = 10;
constexpr std::array<const char*, 4> names{"forward", "gradient", "gradient_and_inputs", "tangent"};

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
std::vector<double> as_double(const std::vector<T>& values) {
  return {values.begin(), values.end()};
}

/// What every call reads and writes, of any simulator.
template <class T>
struct Numbers {
  explicit Numbers(const CircuitCase& which)
      : parameters(wave<T>(2 * layers * which.qubits, 0.7)),
        inputs(wave<T>(which.batch * which.qubits, 0.3)),
        upstream(which.batch, T(1)),
        outputs(which.work == Work::tangent ? 0 : which.batch) {
    if (which.work != Work::forward) gradient.resize(parameters.size());
    if (which.work == Work::gradient_and_inputs || which.work == Work::tangent) gradient_inputs.resize(inputs.size());
    if (which.work == Work::tangent) {
      direction = wave<T>(parameters.size(), 0.9);
      gradient_dot.resize(parameters.size());
      gradient_inputs_dot.resize(inputs.size());
    }
  }
  std::vector<T> parameters, inputs, upstream, direction;
  std::vector<T> outputs, gradient, gradient_dot, gradient_inputs, gradient_inputs_dot;
};

template <class T>
class BatchWork : public CircuitWork {
 public:
  explicit BatchWork(const CircuitCase& which)
      : case_(which),
        simulator_(encoded_ansatz(which.qubits), {Observable::pauli_z(0)}, {.threads = which.threads}),
        numbers_(which) {}

  void call() override {
    if (case_.work == Work::forward)
      simulator_.forward(numbers_.parameters, numbers_.inputs, case_.batch, numbers_.outputs);
    else if (case_.work == Work::tangent)
      simulator_.backward_tangent(
          numbers_.parameters, numbers_.inputs, case_.batch, numbers_.direction, {}, numbers_.upstream, {},
          {numbers_.gradient, numbers_.gradient_inputs, numbers_.gradient_dot, numbers_.gradient_inputs_dot});
    else
      simulator_.backward(numbers_.parameters, numbers_.inputs, case_.batch, numbers_.upstream, numbers_.outputs,
                          numbers_.gradient, numbers_.gradient_inputs);
  }

  std::vector<double> outputs() const override { return as_double(numbers_.outputs); }
  std::vector<double> gradient() const override { return as_double(numbers_.gradient); }

 private:
  CircuitCase case_;
  BatchSimulator<T> simulator_;
  Numbers<T> numbers_;
};

template <class T>
class SingleWork : public CircuitWork {
 public:
  explicit SingleWork(const CircuitCase& which)
      : work_(which.work),
        simulator_(encoded_ansatz(which.qubits), {Observable::pauli_z(0)}, {.threads = which.threads}),
        numbers_(which) {}

  void call() override {
    if (work_ == Work::forward)
      simulator_.forward(numbers_.parameters, numbers_.inputs, numbers_.outputs);
    else if (work_ == Work::tangent)
      simulator_.backward_tangent(
          numbers_.parameters, numbers_.inputs, numbers_.direction, {}, numbers_.upstream, {},
          {numbers_.gradient, numbers_.gradient_inputs, numbers_.gradient_dot, numbers_.gradient_inputs_dot});
    else
      simulator_.backward(numbers_.parameters, numbers_.inputs, numbers_.upstream, numbers_.outputs, numbers_.gradient,
                          numbers_.gradient_inputs);
  }

  std::vector<double> outputs() const override { return as_double(numbers_.outputs); }
  std::vector<double> gradient() const override { return as_double(numbers_.gradient); }

 private:
  Work work_;
  StateSimulator<T> simulator_;
  Numbers<T> numbers_;
};

template <class T>
std::unique_ptr<CircuitWork> prepare_in(const CircuitCase& which) {
  if (which.batch == 1) return std::make_unique<SingleWork<T>>(which);
  return std::make_unique<BatchWork<T>>(which);
}

}  // namespace

const char* to_string(Work work) {
  return names[static_cast<std::size_t>(work)];
}

Work work_from_string(const std::string& name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (name == names[i]) return static_cast<Work>(i);
  fail(ErrorKind::usage, "no circuit work '{}': forward, gradient, gradient_and_inputs or tangent", name);
}

double multiply_adds(const CircuitCase& of) {
  const double pairs = std::ldexp(1.0, static_cast<int>(of.qubits) - 1) * static_cast<double>(of.batch);
  return layers * of.qubits * pairs * (of.work == Work::forward ? 12 : 42);
}

std::unique_ptr<CircuitWork> prepare(const CircuitCase& which) {
  if (which.batch == 0) fail(ErrorKind::usage, "a batch has at least one sample");
  if (which.threads == 0) fail(ErrorKind::usage, "a circuit runs on at least one thread");
  if (which.precision == "float") return prepare_in<float>(which);
  if (which.precision == "double") return prepare_in<double>(which);
  fail(ErrorKind::usage, "no precision '{}': float or double", which.precision);
}

}  // namespace tacit::bench
