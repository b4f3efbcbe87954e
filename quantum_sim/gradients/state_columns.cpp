#include "quantum_sim/gradients/state_columns.h"

#include <cmath>

#include "core/error.h"
#include "quantum_sim/compile/expand_controls.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {
namespace {

using Complex = std::complex<double>;

// Without the library's care for infinities, which costs a call.
Complex times(Complex left, Complex right) {
  return {left.real() * right.real() - left.imag() * right.imag(),
          left.real() * right.imag() + left.imag() * right.real()};
}

// P |row ^ x> = entry |row>.
Complex entry(const Pauli& pauli, std::size_t row) {
  constexpr Complex powers[] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
  return powers[(pauli.phase + 2 * parity((row ^ pauli.x) & pauli.z)) & 3];
}

std::size_t checked_rows(std::uint32_t qubits, std::size_t columns) {
  const double bytes = std::ldexp(16.0, static_cast<int>(qubits)) * static_cast<double>(columns);
  require_memory(bytes < 1e18 ? static_cast<std::uint64_t>(bytes) : UINT64_MAX, available_memory(),
                 fmt::format("{} states of {} qubits", columns, qubits));
  return std::size_t{1} << qubits;
}

}  // namespace

StateColumns::StateColumns(std::uint32_t qubits, std::size_t columns)
    : rows_(checked_rows(qubits, columns)), columns_(columns), values_(rows_ * columns) {}

template <class Cosine, class Sine>
void StateColumns::rotate_rows(const PauliRotation& rotation, std::size_t count, Cosine cosine, Sine sine) {
  for (std::size_t first = 0; first < rows_; ++first) {
    const std::size_t second = first ^ rotation.pauli.x;
    if (second < first) continue;
    // -i times the entries: exp(-i angle P / 2) = cos - i sin P.
    const Complex into_first = Complex(0, -1) * entry(rotation.pauli, first);
    const Complex into_second = Complex(0, -1) * entry(rotation.pauli, second);
    Complex* a = row(first);
    Complex* b = row(second);
    for (std::size_t column = 0; column < count; ++column) {
      const Complex old_a = a[column], old_b = b[column];
      a[column] = cosine(column) * old_a + sine(column) * times(into_first, old_b);
      if (first != second) b[column] = cosine(column) * old_b + sine(column) * times(into_second, old_a);
    }
  }
}

void StateColumns::rotate(const PauliRotation& rotation, double angle, std::size_t count) {
  const double cosine = std::cos(angle / 2), sine = std::sin(angle / 2);
  rotate_rows(
      rotation, count, [=](std::size_t) { return cosine; }, [=](std::size_t) { return sine; });
}

void StateColumns::rotate(const PauliRotation& rotation, std::span<const double> angles) {
  std::vector<double> cosines, sines;
  for (const double angle : angles) {
    cosines.push_back(std::cos(angle / 2));
    sines.push_back(std::sin(angle / 2));
  }
  rotate_rows(
      rotation, columns_, [&](std::size_t column) { return cosines[column]; },
      [&](std::size_t column) { return sines[column]; });
}

void StateColumns::add_generator(const PauliRotation& rotation, std::size_t from, std::size_t to, double factor) {
  for (std::size_t index = 0; index < rows_; ++index)
    row(index)[to] += Complex(0, -factor / 2) * entry(rotation.pauli, index) * row(index ^ rotation.pauli.x)[from];
}

std::vector<PauliRotation> plain_rotations(const Circuit& circuit) {
  LoweredCircuit lowered = lower(circuit);
  expand_controls(lowered);
  return std::move(lowered.rotations);
}

void write_initial_state(StateColumns& states, std::size_t column, const Circuit& circuit,
                         std::span<const double> inputs) {
  if (circuit.encoded_amplitudes() == 0) {
    states.row(0)[column] = 1;
    return;
  }
  double square = 0;
  for (std::size_t place = 0; place < circuit.encoded_amplitudes(); ++place) square += inputs[place] * inputs[place];
  if (!(square > 0)) fail(ErrorKind::usage, "amplitude encoding: all {} inputs are zero", circuit.encoded_amplitudes());
  for (std::size_t place = 0; place < circuit.encoded_amplitudes(); ++place)
    states.row(place)[column] = inputs[place] / std::sqrt(square);
}

}  // namespace tacit::quantum_sim
