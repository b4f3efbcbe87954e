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

template <class T>
class BatchWork : public CircuitWork {
 public:
  explicit BatchWork(const CircuitCase& which)
      : case_(which),
        simulator_(encoded_ansatz(which.qubits), {Observable::pauli_z(0)}),
        parameters_(wave<T>(simulator_.circuit().parameters(), 0.7)),
        inputs_(wave<T>(which.batch * which.qubits, 0.3)),
        upstream_(which.batch, T(1)),
        outputs_(which.work == Work::tangent ? 0 : which.batch) {
    if (which.work != Work::forward) gradient_.resize(parameters_.size());
    if (which.work == Work::gradient_and_inputs || which.work == Work::tangent) gradient_inputs_.resize(inputs_.size());
    if (which.work == Work::tangent) {
      direction_ = wave<T>(parameters_.size(), 0.9);
      gradient_dot_.resize(parameters_.size());
      gradient_inputs_dot_.resize(inputs_.size());
    }
  }

  void call() override {
    if (case_.work == Work::forward)
      simulator_.forward(parameters_, inputs_, case_.batch, outputs_);
    else if (case_.work == Work::tangent)
      simulator_.backward_tangent(parameters_, inputs_, case_.batch, direction_, {}, upstream_, {},
                                  {gradient_, gradient_inputs_, gradient_dot_, gradient_inputs_dot_});
    else
      simulator_.backward(parameters_, inputs_, case_.batch, upstream_, outputs_, gradient_, gradient_inputs_);
  }

  std::vector<double> outputs() const override { return as_double(outputs_); }
  std::vector<double> gradient() const override { return as_double(gradient_); }

 private:
  CircuitCase case_;
  BatchSimulator<T> simulator_;
  std::vector<T> parameters_, inputs_, upstream_, direction_;
  std::vector<T> outputs_, gradient_, gradient_dot_, gradient_inputs_, gradient_inputs_dot_;
};

template <class T>
class SingleWork : public CircuitWork {
 public:
  explicit SingleWork(const CircuitCase& which)
      : work_(which.work),
        simulator_(encoded_ansatz(which.qubits), {Observable::pauli_z(0)}, {.threads = which.threads}),
        parameters_(wave<T>(simulator_.circuit().parameters(), 0.7)),
        inputs_(wave<T>(which.qubits, 0.3)) {
    if (work_ == Work::tangent) fail(ErrorKind::usage, "a single circuit has no tangent pass; a batch has");
    if (work_ != Work::forward) gradient_.resize(parameters_.size());
    if (work_ == Work::gradient_and_inputs) gradient_inputs_.resize(inputs_.size());
  }

  void call() override {
    if (work_ == Work::forward)
      simulator_.forward(parameters_, inputs_, outputs_);
    else
      simulator_.backward(parameters_, inputs_, upstream_, outputs_, gradient_, gradient_inputs_);
  }

  std::vector<double> outputs() const override { return as_double(outputs_); }
  std::vector<double> gradient() const override { return as_double(gradient_); }

 private:
  Work work_;
  StateSimulator<T> simulator_;
  std::vector<T> parameters_, inputs_;
  std::vector<T> upstream_{T(1)}, outputs_{T(0)}, gradient_, gradient_inputs_;
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
  if (which.batch > 1 && which.threads > 1) fail(ErrorKind::usage, "a batch runs on one thread");
  if (which.precision == "float") return prepare_in<float>(which);
  if (which.precision == "double") return prepare_in<double>(which);
  fail(ErrorKind::usage, "no precision '{}': float or double", which.precision);
}

}  // namespace tacit::bench
