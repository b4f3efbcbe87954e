#include "quantum_sim/noise/noisy_units.h"

#include <utility>

namespace tacit::quantum_sim {
namespace {

using Matrix = Channel::Matrix;

bool is_local(const Gate& gate) {
  return is_unitary(gate.kind) && gate.targets.size() == 1 && gate.controls.empty() &&
         gate.kind != GateKind::pauli_rotation;
}

Matrix matrix_of(const LocalMap& map) {
  return map.form == LocalMap::Form::diagonal ? Matrix{map.entries[0], 0, 0, map.entries[1]} : map.entries;
}

/// a (x) conj(b) of one qubit.
Matrix on_ket_and_bra(const Matrix& a, const Matrix& b) {
  Matrix result(16);
  for (std::size_t to = 0; to < 4; ++to)
    for (std::size_t from = 0; from < 4; ++from)
      result[4 * to + from] = a[2 * (to & 1) + (from & 1)] * std::conj(b[2 * (to >> 1) + (from >> 1)]);
  return result;
}

class Grouping {
 public:
  Grouping(const Circuit& circuit, const std::vector<NoisyStep>& steps)
      : circuit_(circuit), steps_(steps), waiting_(circuit.qubits()) {}

  std::vector<NoisyUnit> run() {
    for (std::size_t number = 0; number < steps_.size(); ++number) add(number);
    for (std::uint32_t qubit = 0; qubit < waiting_.size(); ++qubit) flush(qubit);
    return std::move(units_);
  }

 private:
  void add(std::size_t number) {
    const NoisyStep& step = steps_[number];
    const Gate& gate = circuit_.gates()[step.gate];
    if (step.channel ? step.qubits.size() == 1 : is_local(gate))
      return waiting_[step.channel ? step.qubits[0] : gate.targets[0]].push_back(number);
    if (step.channel) {
      for (const std::uint32_t qubit : step.qubits) flush(qubit);
    } else {
      for (const auto* qubits : {&gate.targets, &gate.controls})
        for (const std::uint32_t qubit : *qubits) flush(qubit);
    }
    units_.push_back({{number}});
  }

  void flush(std::uint32_t qubit) {
    if (!waiting_[qubit].empty()) units_.push_back({std::exchange(waiting_[qubit], {}), true, qubit});
  }

  const Circuit& circuit_;
  const std::vector<NoisyStep>& steps_;
  std::vector<std::vector<std::size_t>> waiting_;  ///< by qubit
  std::vector<NoisyUnit> units_;
};

}  // namespace

std::vector<NoisyUnit> noisy_units(const Circuit& circuit, const std::vector<NoisyStep>& steps) {
  return Grouping(circuit, steps).run();
}

Matrix superoperator_of(const Circuit& circuit, const NoisyStep& step, std::span<const double> parameters,
                        std::span<const double> inputs) {
  if (step.channel) return step.channel->superoperator();
  const Matrix u = matrix_of(bound_gate(circuit.gates()[step.gate], step.gate, parameters, inputs));
  return on_ket_and_bra(u, u);
}

std::vector<Matrix> superoperator_derivatives(const Circuit& circuit, const NoisyStep& step,
                                              std::span<const double> parameters, std::span<const double> inputs) {
  std::vector<Matrix> derivatives;
  if (step.channel) return derivatives;
  const Gate& gate = circuit.gates()[step.gate];
  const Matrix u = matrix_of(bound_gate(gate, step.gate, parameters, inputs));
  for (const LocalMap& map : bound_gate_derivatives(gate, step.gate, parameters, inputs)) {
    const Matrix by_angle = matrix_of(map);
    Matrix sum = on_ket_and_bra(by_angle, u);
    const Matrix other = on_ket_and_bra(u, by_angle);
    for (std::size_t place = 0; place < sum.size(); ++place) sum[place] += other[place];
    derivatives.push_back(std::move(sum));
  }
  return derivatives;
}

Matrix multiplied(const Matrix& left, const Matrix& right, std::size_t rows) {
  Matrix result(rows * rows);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t k = 0; k < rows; ++k)
      for (std::size_t column = 0; column < rows; ++column)
        result[row * rows + column] += left[row * rows + k] * right[k * rows + column];
  return result;
}

Matrix adjoint(const Matrix& matrix, std::size_t rows) {
  Matrix result(rows * rows);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < rows; ++column)
      result[column * rows + row] = std::conj(matrix[row * rows + column]);
  return result;
}

}  // namespace tacit::quantum_sim
