#include "quantum_sim/compile/diagonal_controls.h"

#include <numbers>
#include <utility>

#include "quantum_sim/compile/expand_controls.h"

namespace tacit::quantum_sim {
namespace {

constexpr std::uint32_t most_qubits = Circuit::max_qubits;

class Diagonalisation {
 public:
  Diagonalisation() : frame_(most_qubits) {}

  void run(std::vector<PauliRotation>& rotations) {
    for (PauliRotation& rotation : rotations) add(std::move(rotation));
    rotations = std::move(rotations_);
  }

  /// A string as it is behind the rotations that were added.
  Pauli image(const Pauli& pauli) const { return frame_.image(pauli); }
  /// Adjoints of the rotations that were added, in the order in which they came.
  const std::vector<CliffordTurn>& undone() const { return undone_; }
  const AngleSum& phase() const { return phase_; }

 private:
  void add(PauliRotation rotation) {
    for (std::size_t place = 0; place < rotation.controls.size(); ++place)
      if (const Pauli control = image(rotation.controls[place]); control.x != 0) turn(control, rotation.gate);
    map(rotation);
    if (rotation.controls.empty() || rotation.is_phase() || rotation.pauli.x != 0) return append(std::move(rotation));
    PauliRotation second = rotation;
    rotation.pauli = {};
    second.controls.push_back(std::exchange(second.pauli, {}));
    second.offset *= -2;
    for (AngleTerm& term : second.terms) term.angle.scale *= -2;
    append(std::move(rotation));
    append(std::move(second));
  }

  void map(PauliRotation& rotation) const {
    rotation.pauli = image(rotation.pauli);
    const double sign = make_canonical(rotation.pauli);
    rotation.offset *= sign;
    for (AngleTerm& term : rotation.terms) term.angle.scale *= sign;
    for (Pauli& control : rotation.controls) control = image(control);
  }

  void turn(const Pauli& control, std::uint32_t gate) {
    const Pauli string = diagonalising_turn(control).pauli;
    append({string, std::numbers::pi / 2, {}, {}, gate});
    // Three quarters are minus the adjoint of one.
    undone_.push_back({string, 3});
    phase_.offset += std::numbers::pi;
    frame_.prepend(undone_.back());
  }

  void append(PauliRotation rotation) {
    if (!rotation.is_phase() || rotation.controls.size() > 1) {
      append_merged(rotations_, std::move(rotation));
      return;
    }
    for (PauliRotation& part : expanded(rotation, phase_)) append_merged(rotations_, std::move(part));
  }

  CliffordFrame frame_;
  std::vector<CliffordTurn> undone_;
  std::vector<PauliRotation> rotations_;
  AngleSum phase_;
};

}  // namespace

void make_controls_diagonal(LoweredCircuit& circuit) {
  Diagonalisation diagonalisation;
  diagonalisation.run(circuit.rotations);
  circuit.phase.offset += diagonalisation.phase().offset;
  add_terms(circuit.phase.terms, diagonalisation.phase().terms);
  for (const CliffordTurn& turn : diagonalisation.undone()) circuit.frame.prepend(turn);
}

void make_controls_diagonal(RotationForm& form) {
  Diagonalisation diagonalisation;
  diagonalisation.run(form.rotations);
  for (MeasuredPauli& measured : form.measured) {
    measured.pauli = diagonalisation.image(measured.pauli);
    measured.coefficient *= make_canonical(measured.pauli);
  }
  drop_unseen(form);
}

}  // namespace tacit::quantum_sim
