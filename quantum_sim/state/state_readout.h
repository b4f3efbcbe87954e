#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/state/state_simulator.h"

namespace tacit::quantum_sim {

/// The state that a circuit prepares, in the order of basis states: qubit 0 is the least significant bit of an index.
///
/// Here the Clifford gates, which cost an engine of expectation values nothing, are carried out; so a call takes a few
/// times as long as StateSimulator::forward. T, float or double, is what the engine computes in. One readout serves one
/// thread at a time.
template <class T>
class StateReadout {
 public:
  /// Throws Error(usage) on more than 30 qubits, a measurement or a reset, Error(resource) if the state does not fit
  /// into memory.
  explicit StateReadout(Circuit circuit, StateOptions options = {});
  ~StateReadout();
  StateReadout(StateReadout&&) noexcept;

  const Circuit& circuit() const noexcept;
  std::size_t size() const noexcept;  ///< 2^qubits

  /// result[j] = <j| U |start>, its global phase included. Throws as StateSimulator::forward.
  void amplitudes(std::span<const T> parameters, std::span<const T> inputs, std::span<std::complex<double>> result);
  /// result[j] = |<j| U |start>|^2.
  void probabilities(std::span<const T> parameters, std::span<const T> inputs, std::span<double> result);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tacit::quantum_sim
