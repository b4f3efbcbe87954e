#include "quantum_sim/measurement/amplitudes.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "quantum_sim/measurement/amplitude_kernels.h"

namespace tacit::quantum_sim {
namespace {

/// Pieces of a pass that go to different threads; a multiple of pass_alignment.
constexpr std::size_t rests_of_a_piece = std::size_t{1} << 15;

void run_pass(const MatrixPass<float>& pass, std::size_t first, std::size_t end) {
  run_matrix_pass(pass, first, end);
}
void run_pass(const MatrixPass<double>& pass, std::size_t first, std::size_t end) {
  run_matrix_pass(pass, first, end);
}
void run_pass(const PauliPass<float>& pass, std::size_t first, std::size_t end) {
  run_pauli_pass(pass, first, end);
}
void run_pass(const PauliPass<double>& pass, std::size_t first, std::size_t end) {
  run_pauli_pass(pass, first, end);
}

template <class T>
void set_qubits(MatrixPass<T>& pass, const LocalMap& map, std::uint32_t qubits) {
  pass.targets = map.targets.size();
  pass.control_bits = map.controls;
  for (std::size_t place = 0; place < pass.targets; ++place)
    pass.target_positions[place] = static_cast<std::uint8_t>(map.targets[place]);
  std::uint64_t bits = map.controls;
  for (const std::uint32_t target : map.targets) bits |= std::uint64_t{1} << target;
  for (; bits != 0; bits &= bits - 1)
    pass.positions[pass.positions_count++] = static_cast<std::uint8_t>(std::countr_zero(bits));
  pass.rests = std::size_t{1} << (qubits - pass.positions_count);
  for (std::size_t local = 0; local < std::size_t{1} << pass.targets; ++local) {
    pass.offsets[local] = 0;
    for (std::size_t place = 0; place < pass.targets; ++place)
      pass.offsets[local] |= (local >> place & 1) << map.targets[place];
  }
}

template <class T>
void set_entries(MatrixPass<T>& pass, const LocalMap& map, double factor) {
  const std::size_t rows = std::size_t{1} << pass.targets;
  pass.is_diagonal = map.form == LocalMap::Form::diagonal;
  pass.is_real = true;
  if (pass.is_diagonal) {
    std::fill_n(pass.real.begin(), rows * rows, T{0});
    std::fill_n(pass.imaginary.begin(), rows * rows, T{0});
  }
  for (std::size_t index = 0; index < map.entries.size(); ++index) {
    const std::size_t place = pass.is_diagonal ? index * (rows + 1) : index;
    pass.real[place] = static_cast<T>(factor * map.entries[index].real());
    pass.imaginary[place] = static_cast<T>(factor * map.entries[index].imag());
    pass.is_real = pass.is_real && pass.imaginary[place] == 0;
  }
}

/// Superoperators of channels are mostly zeros: at most half of the entries is worth the list of columns.
template <class T>
void list_columns(MatrixPass<T>& pass, const LocalMap& map) {
  const std::size_t rows = std::size_t{1} << pass.targets;
  const auto zeros = static_cast<std::size_t>(std::count(map.entries.begin(), map.entries.end(), 0.0));
  pass.is_sparse = !pass.is_diagonal && 2 * zeros >= map.entries.size();
  if (!pass.is_sparse) return;
  std::uint16_t listed = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < rows; ++column)
      if (map.entries[row * rows + column] != 0.0) pass.columns[listed++] = static_cast<std::uint8_t>(column);
    pass.row_starts[row + 1] = listed;
  }
}

/// Sum of |psi_j|^2 over a run, in double, in an order that does not depend on anything but the run's length.
template <class T>
double run_weight(const std::complex<T>* values, std::size_t count) {
  constexpr std::size_t width = 8;
  const T* parts = reinterpret_cast<const T*>(values);
  double sums[width] = {};
  std::size_t place = 0;
  for (; place + width <= 2 * count; place += width)
    for (std::size_t lane = 0; lane < width; ++lane) {
      const double part = static_cast<double>(parts[place + lane]);
      sums[lane] += part * part;
    }
  double total = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
  for (; place < 2 * count; ++place) total += static_cast<double>(parts[place]) * static_cast<double>(parts[place]);
  return total;
}

}  // namespace

template <class T>
Amplitudes<T>::Amplitudes(std::uint32_t qubits, ThreadPool* pool) : qubits_(qubits), pool_(pool) {
  if (qubits == 0 || qubits > max_state_qubits)
    fail(ErrorKind::usage, "a state vector has 1 to {} qubits, not {}", max_state_qubits, qubits);
  values_.ensure(size(), fmt::format("a state of {} qubits", qubits));
  set_basis_state(0);
}

template <class T>
void Amplitudes<T>::set_basis_state(std::uint64_t index) noexcept {
  std::fill_n(values_.get(), size(), std::complex<T>(0));
  values_.get()[index] = 1;
}

template <class T>
void Amplitudes<T>::copy_from(const Amplitudes& other) noexcept {
  std::copy_n(other.values_.get(), size(), values_.get());
}

template <class T>
void Amplitudes<T>::prepare(const Circuit& circuit, std::span<const double> inputs) {
  set_basis_state(0);
  if (circuit.encoded_amplitudes() == 0) return;
  // Scaled by the largest first: the square of a number may overflow where the number does not.
  double largest = 0;
  for (std::size_t j = 0; j < circuit.encoded_amplitudes(); ++j) {
    if (!std::isfinite(inputs[j])) fail(ErrorKind::usage, "amplitude encoding: input {} is {}", j, inputs[j]);
    largest = std::max(largest, std::abs(inputs[j]));
  }
  if (largest == 0) fail(ErrorKind::usage, "amplitude encoding: all {} inputs are zero", circuit.encoded_amplitudes());
  double squares = 0;
  for (std::size_t j = 0; j < circuit.encoded_amplitudes(); ++j)
    squares += (inputs[j] / largest) * (inputs[j] / largest);
  const double norm = std::sqrt(squares);
  for (std::size_t j = 0; j < circuit.encoded_amplitudes(); ++j)
    values_.get()[j] = static_cast<T>(inputs[j] / largest / norm);
}

template <class T>
template <class Pass>
void Amplitudes<T>::run(const Pass& pass, std::size_t rests) {
  if (pool_ == nullptr || rests < 2 * rests_of_a_piece) return run_pass(pass, 0, rests);
  pool_->for_each(rests / rests_of_a_piece,
                  [&](std::size_t piece) { run_pass(pass, piece * rests_of_a_piece, (piece + 1) * rests_of_a_piece); });
}

template <class T>
void Amplitudes<T>::apply(const LocalMap& map, double factor) {
  if (map.form == LocalMap::Form::pauli) {
    const PauliPass<T> pass{values_.get(),
                            size(),
                            map.pauli,
                            std::complex<T>(factor * map.entries[0]),
                            std::complex<T>(factor * map.entries[1]),
                            map.controls};
    return run(pass, pass.rests());
  }
  if (map.targets.size() > LocalMap::max_matrix_targets) return apply_large_diagonal(map, factor);
  MatrixPass<T> pass;
  pass.state = values_.get();
  set_qubits(pass, map, qubits_);
  set_entries(pass, map, factor);
  list_columns(pass, map);
  run(pass, pass.rests);
}

template <class T>
void Amplitudes<T>::apply(const Pauli& pauli) {
  const PauliPass<T> pass{values_.get(), size(), pauli, 0, 1, 0};
  run(pass, pass.rests());
}

template <class T>
void Amplitudes<T>::apply_large_diagonal(const LocalMap& map, double factor) noexcept {
  for (std::size_t j = 0; j < size(); ++j) {
    if ((j & map.controls) != map.controls) continue;
    std::size_t local = 0;
    for (std::size_t place = 0; place < map.targets.size(); ++place) local |= (j >> map.targets[place] & 1) << place;
    values_.get()[j] *= std::complex<T>(factor * map.entries[local]);
  }
}

template <class T>
void Amplitudes<T>::scale(double factor) noexcept {
  const T narrow = static_cast<T>(factor);
  for (std::complex<T>& value : values()) value *= narrow;
}

template <class T>
void Amplitudes<T>::project(std::uint32_t qubit, bool bit) noexcept {
  const std::size_t half = std::size_t{1} << qubit;
  for (std::size_t first = bit ? 0 : half; first < size(); first += 2 * half)
    std::fill_n(values_.get() + first, half, std::complex<T>(0));
}

template <class T>
void Amplitudes<T>::lower_to_zero(std::uint32_t qubit) noexcept {
  const std::size_t half = std::size_t{1} << qubit;
  for (std::size_t first = 0; first < size(); first += 2 * half) {
    std::copy_n(values_.get() + first + half, half, values_.get() + first);
    std::fill_n(values_.get() + first + half, half, std::complex<T>(0));
  }
}

template <class T>
double Amplitudes<T>::weight() const noexcept {
  return run_weight(values_.get(), size());
}

template <class T>
std::array<double, 2> Amplitudes<T>::weights(std::uint32_t qubit) const noexcept {
  const std::size_t half = std::size_t{1} << qubit;
  std::array<double, 2> sums{};
  for (std::size_t first = 0; first < size(); first += 2 * half)
    for (std::size_t bit = 0; bit < 2; ++bit) sums[bit] += run_weight(values_.get() + first + bit * half, half);
  return sums;
}

template <class T>
void Amplitudes<T>::reduced_density(std::span<const std::uint32_t> qubits,
                                    std::span<std::complex<double>> result) const noexcept {
  const std::size_t rows = std::size_t{1} << qubits.size();
  std::array<std::size_t, 8> offsets{};
  std::size_t mask = 0;
  for (const std::uint32_t qubit : qubits) mask |= std::size_t{1} << qubit;
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t place = 0; place < qubits.size(); ++place) offsets[row] |= (row >> place & 1) << qubits[place];
  std::fill_n(result.begin(), rows * rows, std::complex<double>(0));
  // Counts through the amplitudes whose bits under the mask are zero.
  for (std::size_t base = 0; base < size(); base = ((base | mask) + 1) & ~mask)
    for (std::size_t row = 0; row < rows; ++row) {
      const std::complex<double> ket(values_.get()[base + offsets[row]]);
      for (std::size_t column = 0; column <= row; ++column) {
        const std::complex<double> bra(values_.get()[base + offsets[column]]);
        result[row * rows + column] += std::complex<double>(ket.real() * bra.real() + ket.imag() * bra.imag(),
                                                            ket.imag() * bra.real() - ket.real() * bra.imag());
      }
    }
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < row; ++column)
      result[column * rows + row] = std::conj(result[row * rows + column]);
}

template class Amplitudes<float>;
template class Amplitudes<double>;

}  // namespace tacit::quantum_sim
