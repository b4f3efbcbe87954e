#pragma once

#include "quantum_sim/noise/channels.h"
#include "quantum_sim/noise/noise_model.h"

namespace tacit::models {

/// What training_depolarising = probability means: each qubit of each gate is replaced by the maximally mixed one with
/// that probability, after the gate.
inline quantum_sim::NoiseModel depolarising_everywhere(double probability) {
  quantum_sim::NoiseModel noise;
  noise.after_every_gate(quantum_sim::depolarizing(probability));
  return noise;
}

}  // namespace tacit::models
