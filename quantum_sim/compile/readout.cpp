#include "quantum_sim/compile/readout.h"

#include <numbers>

#include "quantum_sim/compile/stabilizer_phase.h"

namespace tacit::quantum_sim {

// C |row> = i^-p |j>, if C^dagger X^(j ^ j0) C = i^p X^row Z^z and C |0> = |j0>.
Pauli Readout::image(std::uint64_t basis_state) const noexcept {
  Pauli result;
  for (std::uint64_t bits = basis_state ^ of_row_zero_; bits != 0; bits &= bits - 1)
    result = result * x_images_[static_cast<std::size_t>(std::countr_zero(bits))];
  return result;
}

Readout make_readout(LoweredCircuit& circuit) {
  CliffordFrame& frame = circuit.frame;
  for (std::uint32_t qubit = 0; qubit < frame.qubits(); ++qubit) {
    const Pauli image = frame.image(Pauli::pauli_z(qubit));
    if (image.x == 0) continue;
    const CliffordTurn turn = diagonalising_turn(image);
    append_merged(circuit.rotations, {turn.pauli, std::numbers::pi / 2});
    // Three quarters are minus the adjoint of one.
    frame.prepend({turn.pauli, 3});
    circuit.phase.offset += std::numbers::pi;
  }
  const StabilizerAmplitude of_zero = stabilizer_amplitude(frame.turns(), frame.qubits());
  circuit.phase.offset += of_zero.eighths * (std::numbers::pi / 4);
  Readout readout;
  readout.of_row_zero_ = of_zero.index;
  for (std::uint32_t qubit = 0; qubit < frame.qubits(); ++qubit)
    readout.x_images_.push_back(frame.image(Pauli::pauli_x(qubit)));
  return readout;
}

}  // namespace tacit::quantum_sim
