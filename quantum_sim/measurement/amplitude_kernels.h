#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>

#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {

/// A matrix or diagonal on k targets, prepared for one pass over a state. Rests number the amplitudes without the bits
/// of targets and controls: rest r stands for the 2^k amplitudes at insert(r) + offsets[local index].
template <class T>
struct MatrixPass {
  static constexpr std::size_t max_rows = 64;
  std::complex<T>* state = nullptr;
  std::size_t targets = 0;
  std::size_t rests = 0;
  std::size_t positions_count = 0;
  std::array<std::uint8_t, 64> positions{};  ///< of targets and controls, ascending
  std::array<std::uint8_t, 6> target_positions{};
  std::uint64_t control_bits = 0;
  std::array<std::size_t, max_rows> offsets{};
  bool is_diagonal = false;
  bool is_real = false;
  bool is_sparse = false;
  /// Sparse: columns [row_starts[row], row_starts[row + 1]) are those of the row's entries that are not zero.
  std::array<std::uint16_t, max_rows + 1> row_starts{};
  std::array<std::uint8_t, max_rows * max_rows> columns;
  /// [rows][rows], also of a diagonal.
  std::array<T, max_rows * max_rows> real;
  std::array<T, max_rows * max_rows> imaginary;
};

/// state = a state + b P state.
template <class T>
struct PauliPass {
  std::complex<T>* state = nullptr;
  std::size_t amplitudes = 0;
  Pauli pauli;
  std::complex<T> a, b;
  std::uint64_t controls = 0;
  /// Pairs (j, j ^ x), or amplitudes if the string has no X part; those without its highest X bit are numbered.
  std::size_t rests() const noexcept { return pauli.x ? amplitudes / 2 : amplitudes; }
};

/// Widest vector, in amplitudes: passes are cut at multiples of it.
inline constexpr std::size_t pass_alignment = 16;

// Rests [first, end) with the best instruction set of this machine; first is a multiple of pass_alignment.
void run_matrix_pass(const MatrixPass<float>& pass, std::size_t first, std::size_t end);
void run_matrix_pass(const MatrixPass<double>& pass, std::size_t first, std::size_t end);
void run_pauli_pass(const PauliPass<float>& pass, std::size_t first, std::size_t end);
void run_pauli_pass(const PauliPass<double>& pass, std::size_t first, std::size_t end);

}  // namespace tacit::quantum_sim
