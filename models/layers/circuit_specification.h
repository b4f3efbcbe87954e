#pragma once

#include <cstddef>
#include <vector>

#include "core/config.h"
#include "quantum_sim/circuit/circuit.h"

namespace tacit::models {

/// What a quantum layer computes.
struct CircuitSpecification {
  quantum_sim::Circuit circuit;
  std::vector<quantum_sim::Observable> observables;
};

/// Reads the circuit part of a [[model.layers]] table of type "quantum": `reuploads` times [encoding of the features,
/// hardware-efficient ansatz], then the observables.
///
///   qubits = 6                    # 1..30
///   encoding = "angle"            # one qubit a feature, or "fourier_tower"
///   encoding_axis = "x"           # angle only: x, y, z
///   input_scale = 1.0             # angle only: factor on the features
///   qubits_per_feature = 2        # fourier_tower only
///   base = 5.0                    # fourier_tower only
///   gamma = 1.0                   # fourier_tower only: factor on the features
///   layers = 2                    # of the ansatz, per reupload
///   entangler = "cnot_chain"      # or "cnot_ring"
///   reuploads = 1
///   observables = "z_each"        # Z on each of the first `outputs` qubits (default all); "z_first": Z on qubit 0;
///   outputs = 2                   # "z_all": Z on every qubit at once, one output; "z_mean": mean of Z over the
///   qubits,
///                                 # one output whose light cone is the whole circuit
///
/// Throws Error(configuration) with the place of the key, also when the qubits are too few for the features.
CircuitSpecification circuit_from_config(ConfigTable& table, std::size_t features);

}  // namespace tacit::models
