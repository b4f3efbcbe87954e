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
/// `layers` layers of the ansatz], then the observables. The parts are those of quantum_sim/circuit/encodings.h,
/// ansaetze.h and observables.h.
///
///   qubits = 6                    # 1..30
///   encoding = "angle"            # one qubit a feature; encoding_axis = "x", "y", "z"; input_scale = 1.0
///              "fourier_tower"    # qubits_per_feature; base = 5.0; gamma = 1.0: factor on the features
///              "chebyshev_tower"  # qubits_per_feature; features in [-1, 1]
///              "chebyshev_graph"  # qubits_per_feature; chebyshev_degree = 1; encoding_repetitions = 1;
///                                 # encoding_pairs = "chain" or "all"; features in [-1, 1]
///              "pauli_product"    # encoding_strings = ["XXI", "IZZ"]: one a feature; input_scale = 1.0
///              "zz_feature_map"   # encoding_repetitions = 2; encoding_pairs = "all" or "chain"
///              "iqp_feature_map"  # the same
///              "trainable_frequencies"  # encoding_axis; one parameter a feature
///              "amplitude"        # up to 2^qubits features; reuploads = 1
///   ansatz = "hardware_efficient" # entangler = "cnot_chain" or "cnot_ring"
///            "strongly_entangling", "matchgate", "su4_brick"
///            "transverse_field_ising", "xxz"  # sharing = "per_group" or "per_term"; boundary = "open" or "periodic"
///            "pauli_rotations"    # ansatz_strings = ["XXI", "IZZ"]
///   layers = 2                    # of the ansatz, per reupload
///   reuploads = 1
///   observables = "z_each"        # Z on each of the first `outputs` qubits (default all)
///                 "z_first"       # Z on qubit 0
///                 "z_all"         # Z on every qubit at once, one output
///                 "z_mean"        # mean of Z over the qubits, one output whose light cone is the whole circuit
///                 "ising_energy"  # coupling = 1.0, field = 1.0
///                 "pauli_sums"    # pauli_sums = ["0.5 X0 Z3 - Y1", "Z0"]: one an output
///
/// Throws Error(configuration) with the place of the key, also when the qubits are too few for the features.
CircuitSpecification circuit_from_config(ConfigTable& table, std::size_t features);

}  // namespace tacit::models
