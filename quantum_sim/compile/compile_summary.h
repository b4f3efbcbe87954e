#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

/// What becomes of a circuit on its way to the engine, as plain values for people and reports.
struct CompileSummary {
  std::size_t gates = 0;
  std::map<std::string, std::size_t> gates_by_name;

  // Lowering: gates to rotations behind a Clifford frame.
  std::size_t rotations_of_gates = 0;    ///< of all gates one by one
  std::size_t rotations_absorbed = 0;    ///< of those: Clifford ones in the frame, merged ones, and global phases
  std::size_t frame_turns = 0;           ///< quarter turns that the frame consists of
  std::size_t rotations_unseen = 0;      ///< dropped: no observable sees them
  std::size_t rotations = 0;             ///< that remain
  std::size_t controlled_rotations = 0;  ///< of those
  std::size_t constant_rotations = 0;    ///< of those: no parameter, no input
  /// That the circuit names and no remaining rotation reads: their gradients are zero whatever the values.
  std::vector<std::uint32_t> unseen_parameters, unseen_inputs;
  std::size_t measured_strings = 0;  ///< Pauli strings of all observables with an expectation that is not always zero

  // The program of the batch engine: sweeps over rows, the basis states that the circuit can reach.
  std::uint32_t qubits = 0;
  std::uint32_t dimension = 0;        ///< 2^dimension rows
  std::uint32_t start_dimension = 0;  ///< in use before the first sweep
  std::size_t sweeps = 0;
  std::size_t rotation_sweeps = 0;
  std::size_t growing_sweeps = 0;   ///< of those: double the rows in use
  std::size_t attached_phases = 0;  ///< done within a rotation's sweep
  std::size_t phase_sweeps = 0;     ///< phases with a sweep of their own
  std::size_t angles = 0;           ///< of rotations and phases together
  std::size_t sample_angles = 0;    ///< of those: that read inputs, so differ from sample to sample

  /// Operations on vectors of one real number a sample: a row pair costs 8 in a rotation (4 while its second row is
  /// zero) and 4 in a phase; with the gradient 28 and 14. The count that benchmarks are held against, before scaled
  /// rotations and shared diagonals lower it.
  double forward_operations = 0, gradient_operations = 0;

  std::size_t rows() const noexcept { return std::size_t{1} << dimension; }
};

/// Throws as compile does.
CompileSummary summarise_compilation(const Circuit& circuit, const std::vector<Observable>& observables);

}  // namespace tacit::quantum_sim
