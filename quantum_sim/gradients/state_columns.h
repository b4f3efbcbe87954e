#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/compile/pauli_rotations.h"

namespace tacit::quantum_sim {

/// Many vectors of 2^n amplitudes side by side, [2^n, columns] row-major: a rotation is a row operation that is the
/// same for every qubit. For inner products between states and their derivatives, in which the Clifford frame that the
/// rotation form leaves out cancels.
class StateColumns {
 public:
  /// All zero. Throws Error(resource) if they do not fit into memory.
  StateColumns(std::uint32_t qubits, std::size_t columns);

  std::size_t rows() const noexcept { return rows_; }
  std::size_t columns() const noexcept { return columns_; }
  std::complex<double>* row(std::size_t index) noexcept { return values_.data() + index * columns_; }
  const std::complex<double>* data() const noexcept { return values_.data(); }

  /// The first `count` columns times exp(-i angle P / 2). Rotations here are without controls.
  void rotate(const PauliRotation& rotation, double angle, std::size_t count);
  /// Column c by its own angle, angles [columns].
  void rotate(const PauliRotation& rotation, std::span<const double> angles);
  /// column `to` += factor * (-i/2) P column `from`.
  void add_generator(const PauliRotation& rotation, std::size_t from, std::size_t to, double factor);

 private:
  template <class Cosine, class Sine>
  void rotate_rows(const PauliRotation& rotation, std::size_t count, Cosine cosine, Sine sine);

  std::size_t rows_, columns_;
  std::vector<std::complex<double>> values_;
};

/// All rotations of the lowered circuit, controls expanded. Throws Error(usage) on more than 6 controls.
std::vector<PauliRotation> plain_rotations(const Circuit& circuit);

/// |0...0>, or the circuit's encoded amplitudes, into one column. Throws Error(usage) if all of these are zero.
void write_initial_state(StateColumns& states, std::size_t column, const Circuit& circuit,
                         std::span<const double> inputs);

}  // namespace tacit::quantum_sim
