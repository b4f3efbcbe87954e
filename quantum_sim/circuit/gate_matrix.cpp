#include "quantum_sim/circuit/gate_matrix.h"

#include <cmath>
#include <numbers>

#include "core/error.h"
#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {
namespace {

using Complex = std::complex<double>;
using Matrix = std::vector<Complex>;

constexpr Complex i{0, 1};

Matrix phase(double angle) {
  return {1, 0, 0, std::polar(1.0, angle)};
}

Matrix universal(double theta, double phi, double lambda) {
  const double cosine = std::cos(theta / 2), sine = std::sin(theta / 2);
  return {cosine, -sine * std::polar(1.0, lambda), sine * std::polar(1.0, phi), cosine * std::polar(1.0, phi + lambda)};
}

Matrix diagonal(const Matrix& entries) {
  Matrix matrix(entries.size() * entries.size());
  for (std::size_t place = 0; place < entries.size(); ++place) matrix[place * entries.size() + place] = entries[place];
  return matrix;
}

/// The gate's Pauli string with bit k for targets[k].
Pauli local_string(const Gate& gate) {
  Pauli pauli;
  for (std::size_t place = 0; place < gate.targets.size(); ++place) {
    const Pauli factor{gate.x_mask >> gate.targets[place] & 1, gate.z_mask >> gate.targets[place] & 1, 0};
    pauli.x |= factor.x << place;
    pauli.z |= factor.z << place;
    pauli.phase += static_cast<std::uint32_t>(factor.x & factor.z);
  }
  return pauli;
}

/// cos(angle/2) - i sin(angle/2) P.
Matrix rotation(const Pauli& pauli, std::size_t targets, double angle) {
  const std::size_t size = std::size_t{1} << targets;
  const Complex phases[] = {1, i, -1, -i};
  const Complex factor = -i * std::sin(angle / 2) * phases[pauli.phase & 3];
  Matrix matrix(size * size);
  for (std::size_t from = 0; from < size; ++from) {
    matrix[from * size + from] += std::cos(angle / 2);
    matrix[(from ^ pauli.x) * size + from] += parity(from & pauli.z) ? -factor : factor;
  }
  return matrix;
}

}  // namespace

std::vector<std::complex<double>> gate_matrix(const Gate& gate, std::span<const double> angles) {
  constexpr double quarter = std::numbers::pi / 4;
  const double half = std::numbers::sqrt2 / 2;
  switch (gate.kind) {
    case GateKind::identity:
      return {1, 0, 0, 1};
    case GateKind::x:
      return {0, 1, 1, 0};
    case GateKind::y:
      return {0, -i, i, 0};
    case GateKind::z:
      return {1, 0, 0, -1};
    case GateKind::h:
      return {half, half, half, -half};
    case GateKind::s:
      return {1, 0, 0, i};
    case GateKind::s_dagger:
      return {1, 0, 0, -i};
    case GateKind::t:
      return phase(quarter);
    case GateKind::t_dagger:
      return phase(-quarter);
    case GateKind::sqrt_x:
      return {{0.5, 0.5}, {0.5, -0.5}, {0.5, -0.5}, {0.5, 0.5}};
    case GateKind::sqrt_x_dagger:
      return {{0.5, -0.5}, {0.5, 0.5}, {0.5, 0.5}, {0.5, -0.5}};
    case GateKind::rx:
      return rotation(Pauli::pauli_x(0), 1, angles[0]);
    case GateKind::ry:
      return rotation(Pauli::pauli_y(0), 1, angles[0]);
    case GateKind::rz:
      return rotation(Pauli::pauli_z(0), 1, angles[0]);
    case GateKind::phase:
      return phase(angles[0]);
    case GateKind::universal:
      return universal(angles[0], angles[1], angles[2]);
    case GateKind::swap:
      return {1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1};
    case GateKind::iswap:
      return {1, 0, 0, 0, 0, 0, i, 0, 0, i, 0, 0, 0, 0, 0, 1};
    case GateKind::pauli_rotation:
      return rotation(local_string(gate), gate.targets.size(), angles[0]);
    case GateKind::unitary:
      return *gate.matrix;
    case GateKind::diagonal:
      return diagonal(*gate.matrix);
    case GateKind::measure:
    case GateKind::reset:
      break;
  }
  fail(ErrorKind::usage, "{} has no matrix: it is not unitary", to_string(gate.kind));
}

}  // namespace tacit::quantum_sim
