#include "quantum_sim/state/state_readout.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "core/error.h"
#include "quantum_sim/circuit/pauli.h"
#include "quantum_sim/compile/diagonal_rotation_form.h"
#include "quantum_sim/sizes.h"
#include "quantum_sim/state/state_engine.h"

namespace tacit::quantum_sim {
namespace {

LoweredCircuit lowered(const Circuit& circuit) {
  if (circuit.qubits() > max_state_qubits)
    fail(ErrorKind::usage, "the state of {} qubits cannot be read out, at most {} can", circuit.qubits(),
         max_state_qubits);
  LoweredCircuit result = lower(circuit);
  make_diagonal_rotations(result);
  return result;
}

// The frame's turns behind the rotations, as rotations by constant angles.
RotationForm with_frame(const LoweredCircuit& circuit) {
  RotationForm form{circuit.rotations, {}, circuit.encoded_amplitudes};
  for (const CliffordTurn& turn : circuit.frame.turns()) {
    PauliRotation rotation{turn.pauli};
    rotation.offset = make_canonical(rotation.pauli) * turn.quarters * (std::numbers::pi / 2);
    append_merged(form.rotations, std::move(rotation));
  }
  return form;
}

}  // namespace

template <class T>
struct StateReadout<T>::State {
  State(Circuit circuit, LoweredCircuit&& given, std::size_t threads)
      : phase(std::move(given.phase)), engine(std::move(circuit), with_frame(given), 0, threads) {}

  // What stands before psi: a power of i and signs for each index, and one factor of all.
  struct Factor {
    Pauli pauli;
    std::complex<double> common;
  };

  // A rotation is f (1 + t G), G = -i P, or f G (1 + t G); these G are not applied, but moved past all that is later.
  // Controlled ones are applied as they are.
  Factor factor(std::span<const T> parameters, std::span<const T> inputs) const {
    const StatePlan& plan = engine.plan();
    Factor result{{}, std::sqrt(engine.steps().output_factor()) * std::polar(1.0, angle(phase, parameters, inputs))};
    for (const std::uint32_t source : plan.unmoving) {
      const PauliRotation& rotation = engine.form().rotations[source];
      result.common *= std::polar(1.0, -angle({rotation.offset, rotation.terms}, parameters, inputs) / 2);
    }
    for (std::size_t index = 0; index < plan.rotations.size(); ++index) {
      const PlannedRotation& rotation = plan.rotations[index];
      if (rotation.is_controlled()) continue;
      Pauli step{rotation.flip, rotation.sign, parity(rotation.flip & rotation.sign)};
      const double sign = commute(result.pauli, step) ? 1.0 : -1.0;
      if (engine.steps().splits()[index]) {
        if (sign * std::sin(engine.angles().halves()[index]) < 0) result.common = -result.common;
        step.phase = (step.phase + 3) & 3u;
        result.pauli = result.pauli * step;
      } else if (std::cos(engine.angles().halves()[index]) < 0) {
        result.common = -result.common;
      }
    }
    return result;
  }

  double angle(const AngleSum& sum, std::span<const T> parameters, std::span<const T> inputs) const {
    const std::vector<double> wide_parameters(parameters.begin(), parameters.end());
    const std::vector<double> wide_inputs(inputs.begin(), inputs.end());
    double result = sum.offset;
    for (const AngleTerm& term : sum.terms) result += value(term.angle, wide_parameters, wide_inputs);
    return result;
  }

  std::uint64_t basis_state(std::uint32_t index) const {
    std::uint64_t state = 0;
    for (; index; index &= index - 1) state ^= engine.plan().basis[static_cast<std::size_t>(std::countr_zero(index))];
    return state;
  }

  // Calls put(basis state, amplitude) for all that rotations can reach.
  template <class Put>
  void read(const Factor& factor, Put put) const {
    const StatePlan& plan = engine.plan();
    const std::complex<double> powers[4] = {1, {0, 1}, -1, {0, -1}};
    const std::complex<double> common = factor.common * powers[factor.pauli.phase];
    const std::size_t width = std::size_t{1} << plan.lane_bits;
    for (std::size_t row = 0; row < plan.rows(); ++row) {
      const std::uint32_t first = plan.final_index(row);
      const T* place = engine.psi() + row * 2 * width;
      for (std::uint32_t lane = 0; lane < width; ++lane) {
        const std::uint32_t index = first ^ lane;
        if (index >> plan.basis.size()) continue;  // padding of small states
        const std::complex<double> amplitude(static_cast<double>(place[lane]),
                                             static_cast<double>(place[width + lane]));
        const auto to = static_cast<std::uint32_t>(index ^ factor.pauli.x);
        put(basis_state(to), (parity(index & factor.pauli.z) ? -common : common) * amplitude);
      }
    }
  }

  AngleSum phase;
  StateEngine<T> engine;
};

template <class T>
StateReadout<T>::StateReadout(Circuit circuit, StateOptions options) {
  LoweredCircuit given = lowered(circuit);
  state_ = std::make_unique<State>(std::move(circuit), std::move(given), options.threads);
}
template <class T>
StateReadout<T>::~StateReadout() = default;
template <class T>
StateReadout<T>::StateReadout(StateReadout&&) noexcept = default;

template <class T>
const Circuit& StateReadout<T>::circuit() const noexcept {
  return state_->engine.circuit();
}
template <class T>
std::size_t StateReadout<T>::size() const noexcept {
  return std::size_t{1} << circuit().qubits();
}

template <class T>
void StateReadout<T>::amplitudes(std::span<const T> parameters, std::span<const T> inputs,
                                 std::span<std::complex<double>> result) {
  require_size("amplitudes [2^qubits]", result, size());
  state_->engine.load(parameters, inputs, StateEngine<T>::Wants::values);
  state_->engine.evolve();
  std::fill(result.begin(), result.end(), 0.0);
  state_->read(state_->factor(parameters, inputs),
               [&](std::uint64_t basis_state, std::complex<double> amplitude) { result[basis_state] = amplitude; });
}

template <class T>
void StateReadout<T>::probabilities(std::span<const T> parameters, std::span<const T> inputs,
                                    std::span<double> result) {
  require_size("probabilities [2^qubits]", result, size());
  state_->engine.load(parameters, inputs, StateEngine<T>::Wants::values);
  state_->engine.evolve();
  std::fill(result.begin(), result.end(), 0.0);
  state_->read(state_->factor(parameters, inputs), [&](std::uint64_t basis_state, std::complex<double> amplitude) {
    result[basis_state] = std::norm(amplitude);
  });
}

template class StateReadout<float>;
template class StateReadout<double>;

}  // namespace tacit::quantum_sim
