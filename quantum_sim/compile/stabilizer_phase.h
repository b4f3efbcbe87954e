#pragma once

#include <cstdint>
#include <span>

#include "quantum_sim/compile/clifford_frame.h"

namespace tacit::quantum_sim {

/// An amplitude of C|0...0> that is not zero: of basis state `index`, with argument eighths * pi/4.
struct StabilizerAmplitude {
  std::uint64_t index;
  std::uint32_t eighths;
};

/// What a frame's images leave open, the phase: for the product C of turns, in order of application, on that many
/// qubits. One amplitude of the stabilizer state is followed through the turns; another one that a turn mixes it with
/// follows from a stabilizer of the state that flips the same qubits. n^2 operations a turn.
StabilizerAmplitude stabilizer_amplitude(std::span<const CliffordTurn> turns, std::uint32_t qubits);

}  // namespace tacit::quantum_sim
