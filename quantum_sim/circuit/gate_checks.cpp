#include "quantum_sim/circuit/gate_checks.h"

#include <bit>
#include <cmath>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

constexpr double unitary_tolerance = 1e-8;
constexpr std::size_t max_unitary_targets = 6;
constexpr std::size_t max_diagonal_targets = 16;
constexpr std::uint32_t max_classical_bit = 65'535;

using Matrix = std::vector<std::complex<double>>;

std::size_t target_count(GateKind kind) {
  switch (kind) {
    case GateKind::swap:
    case GateKind::iswap:
      return 2;
    case GateKind::pauli_rotation:
    case GateKind::unitary:
    case GateKind::diagonal:
      return 0;  // any number
    default:
      return 1;
  }
}

void require_qubits(const Gate& gate, std::size_t position, std::uint32_t qubits) {
  std::uint64_t seen = 0;
  for (const auto* list : {&gate.targets, &gate.controls})
    for (const std::uint32_t qubit : *list) {
      if (qubit >= qubits)
        fail(ErrorKind::usage, "{}: qubit {} is out of range, the circuit has qubits 0 to {}", describe(gate, position),
             qubit, qubits - 1);
      if (seen >> qubit & 1)
        fail(ErrorKind::usage, "{}: its qubits must differ, but qubit {} is named twice", describe(gate, position),
             qubit);
      seen |= std::uint64_t{1} << qubit;
    }
  const std::size_t expected = target_count(gate.kind);
  if (gate.targets.empty() || (expected != 0 && gate.targets.size() != expected))
    fail(ErrorKind::usage, "{}: it takes {} target{}, not {}", describe(gate, position),
         expected == 0 ? "at least 1" : std::to_string(expected), expected > 1 ? "s" : "", gate.targets.size());
  if (!is_unitary(gate.kind) && !gate.controls.empty())
    fail(ErrorKind::usage, "{}: it cannot be controlled", describe(gate, position));
}

void require_angles(const Gate& gate, std::size_t position) {
  if (gate.angles.size() != angle_count(gate.kind))
    fail(ErrorKind::usage, "{}: it takes {} angles, not {}", describe(gate, position), angle_count(gate.kind),
         gate.angles.size());
  for (const Angle& angle : gate.angles) {
    if (!std::isfinite(angle.scale) || !std::isfinite(angle.offset))
      fail(ErrorKind::usage, "{}: its angle must be finite, but has scale {} and offset {}", describe(gate, position),
           angle.scale, angle.offset);
    for (const Angle::Factor& factor : angle.factors())
      if (!std::isfinite(factor.shift))
        fail(ErrorKind::usage, "{}: its angle must be finite, but a factor is shifted by {}", describe(gate, position),
             factor.shift);
  }
}

void require_pauli(const Gate& gate, std::size_t position) {
  std::uint64_t qubits = 0;
  for (const std::uint32_t qubit : gate.targets) qubits |= std::uint64_t{1} << qubit;
  if (gate.kind == GateKind::pauli_rotation && (gate.x_mask | gate.z_mask) != qubits)
    fail(ErrorKind::usage, "{}: its Pauli string must have X, Y or Z on exactly its targets", describe(gate, position));
}

void require_entries(const Gate& gate, std::size_t position, std::size_t max_targets, std::size_t columns) {
  if (gate.targets.size() > max_targets)
    fail(ErrorKind::usage, "{}: it takes at most {} targets, not {}", describe(gate, position), max_targets,
         gate.targets.size());
  const std::size_t rows = std::size_t{1} << gate.targets.size();
  const std::size_t expected = columns == 0 ? rows : rows * rows, given = gate.matrix ? gate.matrix->size() : 0;
  if (given != expected)
    fail(ErrorKind::usage, "{}: on {} qubits it takes {} entries, not {}", describe(gate, position),
         gate.targets.size(), expected, given);
  for (std::size_t place = 0; place < given; ++place)
    if (const auto entry = (*gate.matrix)[place]; !std::isfinite(entry.real()) || !std::isfinite(entry.imag()))
      fail(ErrorKind::usage, "{}: its entry {} is not finite", describe(gate, position), place);
}

/// |<row a | row b> - delta_ab| of the worst two rows.
double distance_from_unitary(const Matrix& matrix, std::size_t rows) {
  double worst = 0;
  for (std::size_t a = 0; a < rows; ++a)
    for (std::size_t b = 0; b <= a; ++b) {
      std::complex<double> product = a == b ? -1.0 : 0.0;
      for (std::size_t k = 0; k < rows; ++k) product += matrix[a * rows + k] * std::conj(matrix[b * rows + k]);
      worst = std::max(worst, std::abs(product));
    }
  return worst;
}

void require_unitary(const Gate& gate, std::size_t position) {
  require_entries(gate, position, max_unitary_targets, 1);
  const double distance = distance_from_unitary(*gate.matrix, std::size_t{1} << gate.targets.size());
  if (distance > unitary_tolerance)
    fail(ErrorKind::usage, "{}: its matrix must be unitary, but two of its rows are {:.3g} away from orthonormal",
         describe(gate, position), distance);
}

void require_phases(const Gate& gate, std::size_t position) {
  require_entries(gate, position, max_diagonal_targets, 0);
  for (std::size_t place = 0; place < gate.matrix->size(); ++place)
    if (const double magnitude = std::abs((*gate.matrix)[place]); std::abs(magnitude - 1) > unitary_tolerance)
      fail(ErrorKind::usage, "{}: its entries must have magnitude 1, but entry {} has {}", describe(gate, position),
           place, magnitude);
}

}  // namespace

void require_valid(const Gate& gate, std::size_t position, std::uint32_t qubits) {
  require_qubits(gate, position, qubits);
  require_angles(gate, position);
  require_pauli(gate, position);
  if (gate.kind == GateKind::unitary) require_unitary(gate, position);
  if (gate.kind == GateKind::diagonal) require_phases(gate, position);
  if (gate.kind == GateKind::measure && gate.classical_bit > max_classical_bit)
    fail(ErrorKind::usage, "{}: its classical bit must be at most {}, not {}", describe(gate, position),
         max_classical_bit, gate.classical_bit);
}

}  // namespace tacit::quantum_sim
