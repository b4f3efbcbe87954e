#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "quantum_sim/noise/channel.h"

namespace tacit::quantum_sim {

// The channels that textbooks name. "NC" is Nielsen and Chuang, Quantum Computation and Quantum Information (2010).
// Every probability must lie in [0, 1]; else Error(usage) names channel and argument.

/// With probability `probability` the k qubits (1 or 2) are replaced by the maximally mixed state:
/// rho -> (1 - p) rho + p 1/2^k (x) Tr_k rho (NC section 8.3.4). As Pauli mixture: each of the 4^k - 1 strings that
/// are not the identity with p / 4^k.
Channel depolarizing(double probability, std::size_t qubits = 1);

Channel bit_flip(double probability);        ///< X with that probability (NC section 8.3.3)
Channel phase_flip(double probability);      ///< Z (ibid.)
Channel bit_phase_flip(double probability);  ///< Y (ibid.)

/// Any mixture of Pauli strings: {"XZ", 0.1} is X on the channel's qubit 0 and Z on its qubit 1. Letters I, X, Y, Z;
/// strings of one length, named once; what their probabilities leave of 1 is the identity's.
Channel pauli_channel(std::span<const std::pair<std::string_view, double>> strings);

/// |1> decays to |0> with probability gamma: K_0 = diag(1, sqrt(1 - gamma)), K_1 = sqrt(gamma) |0><1| (NC section
/// 8.3.5).
Channel amplitude_damping(double gamma);
/// The same in a bath that excites too: with probability `excited` the roles of |0> and |1> are swapped, so that the
/// stationary state has population `excited` in |1> (ibid., with p = 1 - excited).
Channel generalized_amplitude_damping(double gamma, double excited);
/// Coherence <0|rho|1> shrinks by sqrt(1 - lambda): K_0 = diag(1, sqrt(1 - lambda)), K_1 = diag(0, sqrt(lambda)) (NC
/// section 8.3.6). Written here as the phase flip that it equals (ibid.), with probability
/// (1 - sqrt(1 - lambda)) / 2: a Pauli mixture.
Channel phase_damping(double lambda);

/// A qubit left alone for `time`: populations relax to `excited` in |1> as exp(-time / t1), coherences as
/// exp(-time / t2), all in one unit (NC section 8.3.6). Generalised amplitude damping with
/// gamma = 1 - exp(-time / t1), then phase damping with 1 - lambda = exp(time / t1 - 2 time / t2). Times are positive,
/// or infinite for no relaxation; t2 <= 2 t1, else Error(usage).
Channel thermal_relaxation(double t1, double t2, double time, double excited = 0);

/// A gate that turns too far, always by the same: exp(-i angle P / 2), P of `letters` (1 to 3 of X, Y, Z, I); unitary,
/// so errors add up instead of averaging out.
Channel over_rotation(std::string_view letters, double angle);

}  // namespace tacit::quantum_sim
