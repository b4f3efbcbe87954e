#include "quantum_sim/noise/density_matrix_sweep.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "quantum_sim/circuit/angle_gradient.h"
#include "quantum_sim/noise/operator_overlap.h"
#include "quantum_sim/unit_vector.h"

namespace tacit::quantum_sim {
namespace {

using Matrix = Channel::Matrix;

/// Re sum_{a,b} M[a][b] R[a][b].
template <class Overlap>
double real_product(const Matrix& matrix, const Overlap& overlap) {
  double sum = 0;
  for (std::size_t place = 0; place < overlap.size(); ++place) sum += (matrix[place] * overlap[place]).real();
  return sum;
}

}  // namespace

template <class T>
void DensityMatrixSweep<T>::prepare(BasicDensityMatrix<T>& rho) const {
  const Circuit& circuit = given_.circuit;
  if (circuit.encoded_amplitudes() == 0) return rho.set_zero();
  Amplitudes<double> state(circuit.qubits());
  state.prepare(circuit, given_.inputs);
  rho.set_pure(state.values());
}

template <class T>
std::vector<Matrix> DensityMatrixSweep<T>::factors(const NoisyUnit& unit) const {
  std::vector<Matrix> result;
  for (const std::size_t step : unit.steps)
    result.push_back(superoperator_of(given_.circuit, given_.steps[step], given_.parameters, given_.inputs));
  return result;
}

template <class T>
void DensityMatrixSweep<T>::apply(const NoisyUnit& unit, BasicDensityMatrix<T>& rho) const {
  if (unit.is_product) {
    const std::vector<Matrix> all = factors(unit);
    Matrix product = all[0];
    for (std::size_t place = 1; place < all.size(); ++place) product = multiplied(all[place], product, 4);
    return rho.apply_superoperator({&unit.qubit, 1}, product);
  }
  const NoisyStep& step = given_.steps[unit.steps[0]];
  if (step.channel) return rho.apply(*step.channel, step.qubits);
  const Gate& gate = given_.circuit.gates()[step.gate];
  if (gate.kind == GateKind::measure) return rho.measure(gate.targets[0]);
  if (gate.kind == GateKind::reset) return rho.reset(gate.targets[0]);
  rho.apply(bound_gate(gate, step.gate, given_.parameters, given_.inputs));
}

template <class T>
bool DensityMatrixSweep<T>::has_angles(const NoisyUnit& unit) const {
  return std::any_of(unit.steps.begin(), unit.steps.end(), [&](std::size_t number) {
    const NoisyStep& step = given_.steps[number];
    const std::vector<Angle>& angles = given_.circuit.gates()[step.gate].angles;
    return !step.channel &&
           std::any_of(angles.begin(), angles.end(), [](const Angle& angle) { return !angle.is_constant(); });
  });
}

template <class T>
void DensityMatrixSweep<T>::undo(const NoisyUnit& unit, const BasicDensityMatrix<T>* before,
                                 BasicDensityMatrix<T>& observable, std::span<double> by_parameters,
                                 std::span<double> by_inputs) const {
  if (unit.is_product) return undo_product(unit, before, observable, by_parameters, by_inputs);
  const NoisyStep& step = given_.steps[unit.steps[0]];
  if (step.channel) {
    const std::size_t rows = std::size_t{1} << 2 * step.qubits.size();
    return observable.apply_superoperator(step.qubits, adjoint(step.channel->superoperator(), rows));
  }
  const Gate& gate = given_.circuit.gates()[step.gate];
  if (gate.kind == GateKind::measure) return observable.measure(gate.targets[0]);  // its own dual
  if (gate.kind == GateKind::reset) return observable.undo_reset(gate.targets[0]);
  undo_gate(step, before, observable, by_parameters, by_inputs);
}

// S = S_m ... S_1, of which angles move one factor.
template <class T>
void DensityMatrixSweep<T>::undo_product(const NoisyUnit& unit, const BasicDensityMatrix<T>* before,
                                         BasicDensityMatrix<T>& observable, std::span<double> by_parameters,
                                         std::span<double> by_inputs) const {
  const std::vector<Matrix> all = factors(unit);
  std::vector<Matrix> earlier{{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}};  // S_j ... S_1
  for (const Matrix& factor : all) earlier.push_back(multiplied(factor, earlier.back(), 4));
  if (before) {
    const auto overlap = local_overlap(observable, *before, unit.qubit, given_.pool);
    Matrix later = earlier[0];  // S_m ... S_{j+1}
    for (std::size_t place = all.size(); place-- > 0;) {
      const NoisyStep& step = given_.steps[unit.steps[place]];
      const auto derivatives = superoperator_derivatives(given_.circuit, step, given_.parameters, given_.inputs);
      const Gate& gate = given_.circuit.gates()[step.gate];
      for (std::size_t index = 0; index < derivatives.size(); ++index) {
        const Matrix moved = multiplied(later, multiplied(derivatives[index], earlier[place], 4), 4);
        add_angle_gradient(gate.angles[index], real_product(moved, overlap), given_.parameters, given_.inputs,
                           by_parameters, by_inputs, gate, step.gate);
      }
      later = multiplied(later, all[place], 4);
    }
  }
  observable.apply_superoperator({&unit.qubit, 1}, adjoint(earlier.back(), 4));
}

// With O after and rho before the gate, d Tr(O U rho U^dagger) = 2 Re Tr(O dU rho U^dagger) = 2 Re Tr((O' )^dagger dU
// rho), O' = O U: so the bra's side is undone first, as it has to be anyway.
template <class T>
void DensityMatrixSweep<T>::undo_gate(const NoisyStep& step, const BasicDensityMatrix<T>* before,
                                      BasicDensityMatrix<T>& observable, std::span<double> by_parameters,
                                      std::span<double> by_inputs) const {
  const Gate& gate = given_.circuit.gates()[step.gate];
  const LocalMap back = adjoint(bound_gate(gate, step.gate, given_.parameters, given_.inputs));
  observable.apply_to_bras(back);
  if (before && !gate.angles.empty()) {
    const auto add = [&](std::size_t index, double gradient) {
      add_angle_gradient(gate.angles[index], gradient, given_.parameters, given_.inputs, by_parameters, by_inputs, gate,
                         step.gate);
    };
    const auto derivatives = bound_gate_derivatives(gate, step.gate, given_.parameters, given_.inputs);
    if (back.form == LocalMap::Form::pauli) {
      const auto overlap = pauli_overlap(observable, *before, back.pauli, back.controls, given_.pool);
      add(0, 2 * real_product(derivatives[0].entries, overlap));
    } else {
      const auto overlap = ket_overlap(observable, *before, gate.targets[0], back.controls, given_.pool);
      for (std::size_t index = 0; index < derivatives.size(); ++index) {
        const std::vector<std::complex<double>>& entries = derivatives[index].entries;
        const bool is_diagonal = derivatives[index].form == LocalMap::Form::diagonal;
        add(index, 2 * real_product(is_diagonal ? Matrix{entries[0], 0, 0, entries[1]} : entries, overlap));
      }
    }
  }
  observable.apply_to_kets(back);
}

// E = sum_{r,s} a_r <r|O|s> a_s of real amplitudes a.
template <class T>
void DensityMatrixSweep<T>::add_start_gradient(const BasicDensityMatrix<T>& observable,
                                               std::span<double> by_inputs) const {
  const std::size_t count = given_.circuit.encoded_amplitudes();
  if (count == 0 || by_inputs.empty()) return;
  std::vector<double> amplitudes(count), by_amplitude(count);
  const double norm = normalise(given_.inputs.first(count), std::nullopt, std::span(amplitudes));
  for (std::size_t row = 0; row < count; ++row)
    for (std::size_t column = 0; column < count; ++column)
      by_amplitude[row] += 2 * observable.element(row, column).real() * amplitudes[column];
  add_normalised_gradient(amplitudes, norm, by_amplitude, by_inputs.first(count));
}

template class DensityMatrixSweep<float>;
template class DensityMatrixSweep<double>;

}  // namespace tacit::quantum_sim
