#pragma once

#include "models/layers/quantum.h"
#include "models/model.h"
#include "quantum_sim/circuit/circuit.h"

namespace tacit::attacks {

/// A circuit as a state that the data make and a measurement that the parameters make: y = Tr(U^dagger O U rho(x))
/// (Heredge et al., arXiv 2405.08801, Eq. 1).
struct SplitCircuit {
  quantum_sim::Circuit encoding;  ///< up to the last gate that reads an input; reads no parameter
  quantum_sim::Circuit ansatz;    ///< the rest; reads no input
};

/// Throws Error(configuration) naming the gate if a parameter stands before the last input (data re-uploading,
/// trainable frequencies), or if there is no input or no parameter.
SplitCircuit split_at_encoding(const quantum_sim::Circuit& circuit);

/// The one layer of a model that the snapshot attack understands. Throws Error(configuration) unless the model is one
/// quantum layer.
const models::Quantum<double>& snapshot_layer(const models::Model<double>& model);

}  // namespace tacit::attacks
