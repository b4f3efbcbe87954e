#include "quantum_sim/compile/pauli_rotations.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "quantum_sim/compile/clifford_frame.h"

namespace tacit::quantum_sim {
namespace {

Pauli generator(const Gate& gate, std::uint32_t position) {
  switch (gate.kind) {
    case GateKind::rx:
      return Pauli::pauli_x(gate.targets[0]);
    case GateKind::ry:
      return Pauli::pauli_y(gate.targets[0]);
    case GateKind::rz:
      return Pauli::pauli_z(gate.targets[0]);
    default:
      fail(ErrorKind::usage, "{}: it has no form as one Pauli rotation", describe(gate, position));
  }
}

// A Hermitian string differs from its canonical form by a sign at most; returns that sign.
double make_canonical(Pauli& pauli) {
  const std::uint32_t canonical = parity(pauli.x & pauli.z);
  const double sign = pauli.phase == canonical ? 1.0 : -1.0;
  pauli.phase = canonical;
  return sign;
}

PauliRotation to_rotation(const Gate& gate, std::uint32_t position, const CliffordFrame& frame) {
  PauliRotation rotation{frame.image(generator(gate, position)), 0, {}};
  const double sign = make_canonical(rotation.pauli);
  Angle angle = scaled(gate.angles[0], sign);
  rotation.offset = std::exchange(angle.offset, 0);
  if (!angle.is_constant()) rotation.terms.push_back({angle, position});
  return rotation;
}

// Looks back for the same string past rotations that commute with it.
void append_merged(std::vector<PauliRotation>& rotations, PauliRotation&& added) {
  for (auto earlier = rotations.rbegin(); earlier != rotations.rend(); ++earlier) {
    if (earlier->pauli.x == added.pauli.x && earlier->pauli.z == added.pauli.z) {
      earlier->offset += added.offset;
      earlier->terms.insert(earlier->terms.end(), added.terms.begin(), added.terms.end());
      return;
    }
    if (!commute(earlier->pauli, added.pauli)) break;
  }
  rotations.push_back(std::move(added));
}

// Walks back from the observables: a rotation that commutes with all of them and with every later one that counts
// cancels against its own adjoint in U^dagger O U.
void drop_unseen(RotationForm& form) {
  std::vector<PauliRotation> kept;
  for (auto rotation = form.rotations.rbegin(); rotation != form.rotations.rend(); ++rotation) {
    const auto disturbs = [&](const auto& later) { return !commute(later.pauli, rotation->pauli); };
    if (std::any_of(form.measured.begin(), form.measured.end(), disturbs) ||
        std::any_of(kept.rbegin(), kept.rend(), disturbs))
      kept.push_back(std::move(*rotation));
  }
  std::reverse(kept.begin(), kept.end());
  form.rotations = std::move(kept);
}

}  // namespace

RotationForm to_rotation_form(const Circuit& circuit, const std::vector<Observable>& observables) {
  RotationForm form;
  CliffordFrame frame(circuit.qubits());
  for (std::uint32_t position = 0; position < circuit.gates().size(); ++position) {
    const Gate& gate = circuit.gates()[position];
    if (gate.kind == GateKind::x && gate.controls.size() == 1)
      frame.cnot(gate.controls[0], gate.targets[0]);
    else if (gate.kind == GateKind::z && gate.controls.size() == 1)
      frame.cz(gate.controls[0], gate.targets[0]);
    else
      append_merged(form.rotations, to_rotation(gate, position, frame));
  }
  for (std::uint32_t output = 0; output < observables.size(); ++output) {
    for (const PauliTerm& term : observables[output].terms) {
      if (term.coefficient == 0) continue;
      // Each qubit with both bits carries Y = i X Z.
      const auto ys = static_cast<std::uint32_t>(std::popcount(term.x_mask & term.z_mask));
      Pauli pauli = frame.image({term.x_mask, term.z_mask, ys & 3u});
      const double sign = make_canonical(pauli);
      form.measured.push_back({pauli, sign * term.coefficient, output});
    }
  }
  drop_unseen(form);
  return form;
}

}  // namespace tacit::quantum_sim
