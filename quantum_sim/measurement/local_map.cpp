#include "quantum_sim/measurement/local_map.h"

#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/error.h"
#include "quantum_sim/circuit/gate_matrix.h"

namespace tacit::quantum_sim {
namespace {

std::vector<double> angle_values(const Gate& gate, std::size_t position, std::span<const double> parameters,
                                 std::span<const double> inputs) {
  std::vector<double> values;
  for (const Angle& angle : gate.angles) {
    values.push_back(value(angle, parameters, inputs));
    if (!std::isfinite(values.back()))
      fail(ErrorKind::usage, "{}: its angle must be finite, but is {}", describe(gate, position), values.back());
  }
  return values;
}

bool is_diagonal(GateKind kind) {
  switch (kind) {
    case GateKind::identity:
    case GateKind::z:
    case GateKind::s:
    case GateKind::s_dagger:
    case GateKind::t:
    case GateKind::t_dagger:
    case GateKind::rz:
    case GateKind::phase:
      return true;
    default:
      return false;
  }
}

}  // namespace

LocalMap bound_gate(const Gate& gate, std::size_t position, std::span<const double> parameters,
                    std::span<const double> inputs) {
  if (!is_unitary(gate.kind)) fail(ErrorKind::usage, "{}: it is not unitary", describe(gate, position));
  const std::vector<double> angles = angle_values(gate, position, parameters, inputs);
  LocalMap map;
  map.targets = gate.targets;
  for (const std::uint32_t control : gate.controls) map.controls |= std::uint64_t{1} << control;
  if (gate.kind == GateKind::pauli_rotation) {
    // Its matrix would have 4^weight entries; two numbers say the same.
    map.form = LocalMap::Form::pauli;
    map.pauli = {gate.x_mask, gate.z_mask, static_cast<std::uint32_t>(std::popcount(gate.x_mask & gate.z_mask)) & 3u};
    map.entries = {std::cos(angles[0] / 2), {0, -std::sin(angles[0] / 2)}};
  } else if (gate.kind == GateKind::diagonal) {
    map.form = LocalMap::Form::diagonal;
    map.entries = *gate.matrix;
  } else if (const auto matrix = gate_matrix(gate, angles); is_diagonal(gate.kind)) {
    map.form = LocalMap::Form::diagonal;
    map.entries = {matrix[0], matrix[3]};
  } else {
    map.entries = matrix;
  }
  return map;
}

std::vector<LocalMap> bound_gate_derivatives(const Gate& gate, std::size_t position, std::span<const double> parameters,
                                             std::span<const double> inputs) {
  std::vector<LocalMap> derivatives;
  for (std::size_t index = 0; index < gate.angles.size(); ++index) {
    // d/da (cos(a/2) - i sin(a/2) P) is half of the same at a + pi; U's theta goes like that too.
    const bool turns = gate.kind != GateKind::phase && index == 0;
    Gate moved = gate;
    if (turns) moved.angles[0].offset += std::numbers::pi;
    LocalMap map = bound_gate(moved, position, parameters, inputs);
    if (turns) {
      for (std::complex<double>& entry : map.entries) entry *= 0.5;
    } else if (gate.kind == GateKind::phase) {
      map.entries = {0, std::complex<double>(0, 1) * map.entries[1]};
    } else {
      // phi is a phase of the second row of U, lambda of its second column.
      map.entries[0] = map.entries[index == 1 ? 1 : 2] = 0;
      for (std::complex<double>& entry : map.entries) entry *= std::complex<double>(0, 1);
    }
    derivatives.push_back(std::move(map));
  }
  return derivatives;
}

LocalMap adjoint(LocalMap map) {
  for (std::complex<double>& entry : map.entries) entry = std::conj(entry);
  if (map.form != LocalMap::Form::matrix) return map;
  const std::size_t size = std::size_t{1} << map.targets.size();
  for (std::size_t row = 0; row < size; ++row)
    for (std::size_t column = 0; column < row; ++column)
      std::swap(map.entries[row * size + column], map.entries[column * size + row]);
  return map;
}

LocalMap conjugated(LocalMap map, std::uint32_t offset) {
  for (std::uint32_t& target : map.targets) target += offset;
  for (std::complex<double>& entry : map.entries) entry = std::conj(entry);
  map.controls <<= offset;
  map.pauli.x <<= offset;
  map.pauli.z <<= offset;
  // The conjugate of i^phase.
  map.pauli.phase = (4 - map.pauli.phase) & 3u;
  return map;
}

}  // namespace tacit::quantum_sim
